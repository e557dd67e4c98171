/**
 * The conversation: its messages in order, what is on its way, and a voice for those who listen.
 */

import { arrange, fill, h } from "./element.js";
import { announce } from "./announcer.js";
import { Following } from "./following.js";
import { menu } from "./menu.js";
import { MessageView, nameOf, spoken } from "./message.js";
import { refusalWords } from "./refusals.js";
import { localised, t } from "./texts.js";
import { tick } from "./times.js";

const NEAR_END = 120;
const PATIENCE = 350;

export class Conversation {
  /** `page`: {live, world, names, jump, openForm, watch} */
  constructor(page) {
    this.page = page;
    this.views = new Map();
    this.pending = [];
    this.using = new Set();
    this.list = h("div", { class: "messages" });
    this.empty = h("p", { class: "empty" });
    this.newer = h("button", { type: "button", class: "newer", hidden: true, on: { click: () => this.follow() } });
    this.scroller = h("div", { class: "scroller", tabindex: "0", role: "region" }, this.empty, this.list);
    this.element = h("div", { class: "conversation" }, this.scroller, this.newer);
    this.following = new Following(this.scroller, { nearEnd: NEAR_END, onChange: () => this.#seen() });
    setInterval(() => tick(this.list), 1000);
    const { live } = page;
    live.addEventListener("conversation", ({ detail }) => this.#begin(detail));
    live.addEventListener("message", ({ detail }) => this.#show(detail.message));
    live.addEventListener("gone", ({ detail }) => this.#remove(detail.id));
  }

  /** In another language, or with other names. */
  speak() {
    this.scroller.setAttribute("aria-label", t("conversation"));
    this.newer.textContent = t("newer");
    fill(this.empty, t("empty"));
    const messages = [...this.views.values()].map((view) => view.message);
    this.views.clear();
    for (const message of messages) this.views.set(message.id, this.#view(message));
    this.#arrange();
  }

  /** Show and mark one message; false when it is not here. */
  reveal(id) {
    const view = this.views.get(id);
    if (!view) return false;
    view.element.scrollIntoView({ block: "center" });
    view.element.classList.add("found");
    view.element.focus({ preventScroll: true });
    setTimeout(() => view.element.classList.remove("found"), 2000);
    return true;
  }

  /** Whoever says something wants to see what comes of it. */
  follow() {
    this.following.follow();
  }

  /** A command is on its way; the returned function tells how it went. */
  sending(name) {
    const line = h("p", { class: "pending" }, t("sending", { command: name }));
    const entry = h("div", { class: "message pending-entry", hidden: true }, line);
    // It keeps its place: after what was there when it was sent.
    this.pending.push({ element: entry, id: this.#order().at(-1)?.id ?? "0" });
    this.#arrange();
    const timer = setTimeout(() => (entry.hidden = false), PATIENCE);
    return (reply) => {
      clearTimeout(timer);
      if (reply.silent) this.#unanswered(entry, name);
      else this.#forget(entry);
    };
  }

  #unanswered(entry, name) {
    const words = t("no-answer", { command: name });
    const dismiss = () => this.#forget(entry);
    fill(
      entry,
      h("p", { class: "no-answer" }, words),
      h("p", { class: "small" }, t("only-you"), " · ", h("button", { type: "button", class: "jump", on: { click: dismiss } }, t("dismiss"))),
    );
    entry.hidden = false;
    announce(words);
    this.#arrange();
  }

  #forget(entry) {
    this.pending = this.pending.filter((each) => each.element !== entry);
    this.#arrange();
  }

  #begin({ messages }) {
    this.views.clear();
    this.pending = [];
    for (const message of messages) this.views.set(message.id, this.#view(message));
    this.#arrange();
    this.following.follow();
    this.page.opened();
  }

  #show(message) {
    const view = this.views.get(message.id);
    if (view) {
      const wasThinking = view.message.thinking;
      view.show(message);
      if (wasThinking && !message.thinking) this.#tell(message);
    } else {
      this.views.set(message.id, this.#view(message));
      this.#arrange();
      if (!this.following.on) this.newer.hidden = false;
      this.#tell(message);
    }
    this.following.keep();
  }

  #tell(message) {
    const { world } = this.page;
    const words = spoken(message, world);
    announce(`${nameOf(message.author, world)}: ${words || t("files", { count: message.attachments.length })}`);
  }

  #remove(id) {
    this.views.delete(id);
    this.#arrange();
  }

  #view(message) {
    return new MessageView(message, {
      world: this.page.world,
      names: this.page.world,
      jump: this.page.jump,
      use: (...use) => this.#use(...use),
      menu: (each, anchor) => this.#menu(each, anchor),
    });
  }

  async #use(message, what, fields, element) {
    // While the bot is asked, nothing else is pressed under the message: two clicks are one.
    if (this.using.has(message.id)) return;
    this.using.add(message.id);
    this.views.get(message.id)?.remark("");
    element.setAttribute("aria-busy", "true");
    const reply = await this.page.live.ask(what, { ...fields, message: message.id });
    element.removeAttribute("aria-busy");
    this.using.delete(message.id);
    this.#outcome(reply, this.views.get(message.id));
  }

  #outcome(reply, view) {
    if (reply.form) this.page.openForm(reply.form);
    const words = reply.silent ? t("interaction-failed") : reply.refused ? refusalWords(reply.refused) : "";
    view?.remark(words);
    if (words) announce(words);
  }

  #menu(message, anchor) {
    const { live, watch, world } = this.page;
    const view = this.views.get(message.id);
    const ask = async (fields, what = "menu") => {
      this.follow(); // whatever comes of it comes at the end
      this.#outcome(await live.ask(what, fields), view);
    };
    const entries = [
      { label: t("what-happened"), act: () => watch(message) },
      { label: t("copy-text"), act: () => navigator.clipboard?.writeText(spoken(message, world)) },
    ];
    if (!message.only_you) {
      entries.push({ label: t("forward"), act: () => ask({ message: message.id }, "forward") });
    }
    const commands = world.commands.message.map((command) => ({
      label: localised(command, "name"),
      act: () => ask({ command: command.name, message: message.id }),
    }));
    const about = message.author.bot ? [] : world.commands.user;
    const ofAuthor = about.map((command) => ({
      label: `${localised(command, "name")} (${nameOf(message.author, world)})`,
      act: () => ask({ command: command.name, user: message.author.id }),
    }));
    if (commands.length || ofAuthor.length) entries.push(null, ...commands, ...ofAuthor);
    if (message.may_delete) {
      const label = t(message.only_you ? "dismiss" : "delete");
      const act = async () => this.#outcome(await live.ask("delete", { message: message.id }), view);
      entries.push(null, { label, danger: true, act });
    }
    menu(anchor, t("more", { who: nameOf(message.author, world) }), entries);
  }

  #arrange() {
    arrange(this.list, this.#order().map((each) => each.element));
    this.empty.hidden = this.list.hasChildNodes();
    this.following.keep();
  }

  /** Nothing new is out of sight at the end. */
  #seen() {
    if (this.following.on) this.newer.hidden = true;
  }

  /** Ids grow with time, and the sort keeps what is pending behind the message of the same id. */
  #order() {
    const all = [...this.views.values(), ...this.pending];
    return all.sort((one, other) => Number(BigInt(one.id) > BigInt(other.id)) - Number(BigInt(one.id) < BigInt(other.id)));
  }
}
