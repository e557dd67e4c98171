/**
 * From a tree of Markdown to elements. The only place where a message's words become part of the page.
 */

import { h } from "./element.js";
import { parse } from "./markdown.js";
import { phrases } from "./phrases.js";
import { t } from "./texts.js";
import { momentElement } from "./times.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strike: "s", paragraph: "p", quote: "blockquote", item: "li" };
const OWN_LINK = /^https:\/\/discord(?:app)?\.com\/channels\/(?:@me|\d{1,20})\/(?<channel>\d{1,20})(?:\/(?<message>\d{1,20}))?$/;

/** `names`: {nameOfUser, nameOfChannel, nameOfRole}; `jump(channel, message)` follows a link to a message. */
export function markdown(source, { names, jump }) {
  return parse(source).map((node) => view(node, { names, jump }));
}

function view(node, context) {
  const inside = () => node.children.map((child) => view(child, context));
  switch (node.kind) {
    case "text":
      return phrases(node.text);
    case "break":
      return h("br");
    case "code":
      return h("code", {}, node.text);
    case "block-code":
      return h("pre", { tabindex: "0" }, h("code", {}, node.text));
    case "heading":
      // A message's headings stand below those of the page.
      return h("p", { class: `heading heading-${node.level}`, role: "heading", "aria-level": node.level + 3 }, inside());
    case "small":
      return h("p", { class: "small" }, inside());
    case "list":
      return h(node.ordered ? "ol" : "ul", { start: node.ordered && node.start !== 1 ? node.start : null }, inside());
    case "emoji":
      return h("span", { class: "emoji" }, node.text);
    case "moment":
      return momentElement(node.seconds, node.style);
    case "mention":
      return mention(node, context.names);
    case "link":
      return link(node, context, inside());
    case "spoiler":
      return spoiler(inside());
    default:
      return h(TAGS[node.kind], { class: node.deep ? "deep" : null }, inside());
  }
}

function mention(node, names) {
  const known = {
    everyone: () => node.text,
    command: () => node.text,
    user: () => `@${names.nameOfUser(node.id) ?? t("somebody")}`,
    role: () => `@${names.nameOfRole(node.id) ?? t("some-role")}`,
    channel: () => `#${names.nameOfChannel(node.id) ?? t("some-channel")}`,
  };
  return h("span", { class: "mention" }, known[node.of]());
}

function link(node, { names, jump }, words) {
  const own = OWN_LINK.exec(node.address);
  if (!own) return h("a", { href: node.address, target: "_blank", rel: "noopener noreferrer", title: node.address }, words);
  const { channel, message } = own.groups;
  const shown = node.shown === node.address ? `#${names.nameOfChannel(channel) ?? t("some-channel")}` : words;
  return h("button", { type: "button", class: "jump", on: { click: () => jump(channel, message ?? null) } }, shown);
}

/** Hidden from eyes and from voices until asked for. */
function spoiler(words) {
  const inside = h("span", { inert: true }, words);
  const cover = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": t("spoiler") }, inside);
  const reveal = () => {
    inside.removeAttribute("inert");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
    cover.classList.add("revealed");
  };
  cover.addEventListener("click", reveal, { once: true });
  cover.addEventListener("keydown", (event) => {
    if (["Enter", " "].includes(event.key) && cover.hasAttribute("role")) {
      event.preventDefault();
      reveal();
    }
  });
  return cover;
}
