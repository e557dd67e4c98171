/**
 * One message: who, when, to whom, and everything it shows. A newer version is brought into the same element.
 */

import { fill, h } from "./element.js";
import { embed } from "./embed.js";
import { show } from "./components.js";
import { markdown } from "./markdown_view.js";
import { parse, plain } from "./markdown.js";
import { medium } from "./media.js";
import { t } from "./texts.js";
import { told } from "./times.js";

const TYPES = { REPLY: 19, MENU: 23 };
const TEXT_DISPLAY = 10;

export class MessageView {
  /** `context`: {world, names, jump, use(message, what, fields, element), menu(message, anchor)} */
  constructor(message, context) {
    this.context = context;
    this.id = message.id;
    this.head = h("header", { class: "message-head" });
    this.origin = h("p", { class: "origin" });
    this.content = h("div", { class: "words" });
    this.forwarded = h("div", { class: "forwarded" });
    this.embeds = h("div", { class: "embeds" });
    this.files = h("div", { class: "files" });
    this.components = h("div", { class: "components" });
    this.foot = h("p", { class: "message-foot", hidden: true });
    this.more = h(
      "button",
      { type: "button", class: "more", "aria-haspopup": "menu", on: { click: () => context.menu(this.message, this.more) } },
      "⋯",
    );
    this.element = h(
      "article",
      { class: "message", "data-id": message.id, tabindex: "-1" },
      avatar(message.author, context.world),
      h("div", { class: "message-body" }, this.origin, this.head, this.content, this.forwarded, this.embeds, this.files, this.components, this.foot),
      this.more,
    );
    this.element.addEventListener("contextmenu", (event) => {
      if (event.target.closest("a, img, video, input") || String(getSelection())) return;
      event.preventDefault();
      context.menu(this.message, this.more);
    });
    this.#forwarded(message.message_snapshots?.[0]?.message);
    this.show(message);
  }

  show(message) {
    const before = this.message;
    this.message = message;
    const { world } = this.context;
    this.more.setAttribute("aria-label", t("more", { who: nameOf(message.author, world) }));
    this.element.setAttribute("aria-label", `${nameOf(message.author, world)}, ${told(new Date(message.timestamp), "t")}`);
    this.element.classList.toggle("only-you", message.only_you);
    fill(this.head, this.#head(message, world));
    fill(this.origin, origin(message, world));
    this.origin.hidden = !this.origin.hasChildNodes();
    if (!before || before.content !== message.content || before.thinking !== message.thinking) {
      fill(this.content, message.thinking ? thinking(message.author, world) : markdown(message.content, this.context));
    }
    if (JSON.stringify(before?.embeds) !== JSON.stringify(message.embeds)) {
      fill(this.embeds, message.embeds.map((each) => embed(each, this.context)));
    }
    if (JSON.stringify(before?.attachments) !== JSON.stringify(message.attachments)) {
      fill(this.files, message.attachments.map((file) => medium({ ...file, spoiler: Boolean(file.flags & 8) })));
    }
    const use = (what, fields, element) => this.context.use(message, what, fields, element);
    const hadFocus = this.components.contains(document.activeElement);
    show(this.components, message.components, { ...this.context, use });
    // The button that was pressed has gone: who uses a keyboard goes on from here.
    if (hadFocus && !this.components.contains(document.activeElement)) this.element.focus({ preventScroll: true });
  }

  /** A line below the message, such as that the bot did not respond. */
  remark(words) {
    fill(this.foot, words);
    this.foot.hidden = !words;
  }

  /** A snapshot stays as it was, so it is shown once. */
  #forwarded(snapshot) {
    this.forwarded.hidden = !snapshot;
    if (!snapshot) return;
    const components = h("div", { class: "components" });
    show(components, snapshot.components, { ...this.context, use: () => {} });
    fill(
      this.forwarded,
      h("p", { class: "note" }, t("forwarded")),
      h("div", { class: "words" }, markdown(snapshot.content, this.context)),
      h("div", { class: "embeds" }, snapshot.embeds.map((each) => embed(each, this.context))),
      h("div", { class: "files" }, snapshot.attachments.map((file) => medium({ ...file, spoiler: Boolean(file.flags & 8) }))),
      components,
    );
  }

  #head(message, world) {
    return [
      h("span", { class: "author" }, nameOf(message.author, world)),
      message.author.bot ? h("span", { class: "tag" }, t("bot")) : null,
      h("time", { class: "when", datetime: message.timestamp }, told(new Date(message.timestamp), "t")),
      message.edited_timestamp && !message.thinking ? h("span", { class: "when" }, t("edited")) : null,
      message.only_you ? h("span", { class: "tag private" }, t("only-you")) : null,
    ];
  }
}

export function nameOf(user, world) {
  return world.nameOfUser(user.id) ?? user.global_name ?? user.username;
}

/** A message's words in a line, for voices and for copying. */
export function spoken(message, world) {
  if (message.thinking) return t("thinking", { who: nameOf(message.author, world) });
  const displays = [];
  const walk = (components) => {
    for (const component of components ?? []) {
      if (component.type === TEXT_DISPLAY) displays.push(component.content);
      walk(component.components);
    }
  };
  walk(message.components);
  const parts = [message.content, ...message.embeds.map((each) => `${each.title ?? ""} ${each.description ?? ""}`), ...displays];
  return parts.filter((part) => part.trim()).map((part) => parse(part).map((node) => plain([node])).join("\n")).join("\n");
}

export function avatar(user, world) {
  const place = world.places.persons.findIndex((person) => person.id === user.id);
  const tint = user.bot ? "bot" : String(Math.max(place, 0));
  return h("span", { class: "avatar", "data-tint": tint, "aria-hidden": "true" }, nameOf(user, world).slice(0, 1));
}

function origin(message, world) {
  const known = message.interaction_metadata;
  if (known && message.interaction) {
    const who = world.nameOfUser(known.user.id) ?? nameOf(known.user, world);
    const sign = message.type === TYPES.MENU ? "" : "/";
    return [h("strong", {}, who), ` ${t("used")} `, h("span", { class: "command-name" }, `${sign}${message.interaction.name}`)];
  }
  const answered = message.referenced_message;
  if (message.type === TYPES.REPLY && answered) {
    return [`${t("answers")} `, h("strong", {}, nameOf(answered.author, world)), `: ${spoken({ thinking: false, ...answered }, world).slice(0, 80)}`];
  }
  return [];
}

function thinking(author, world) {
  return h("p", { class: "thinking" }, t("thinking", { who: nameOf(author, world) }), h("span", { class: "dots", "aria-hidden": "true" }));
}
