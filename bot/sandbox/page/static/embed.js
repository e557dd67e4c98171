/**
 * An embed: title, words, fields and pictures in a frame of their own.
 */

import { h } from "./element.js";
import { markdown } from "./markdown_view.js";
import { thumbnail } from "./media.js";
import { told } from "./times.js";

export function embed(body, context) {
  const words = (source) => (source ? markdown(source, context) : []);
  const frame = h(
    "section",
    { class: "embed" },
    body.thumbnail ? h("div", { class: "embed-thumbnail" }, thumbnail(picture(body.thumbnail))) : null,
    body.author?.name ? h("p", { class: "embed-author" }, linked(body.author.name, body.author.url)) : null,
    body.title ? h("p", { class: "embed-title" }, body.url ? linked(body.title, body.url) : words(body.title)) : null,
    h("div", { class: "words" }, words(body.description)),
    body.fields?.length ? h("dl", { class: "embed-fields" }, body.fields.map((field) => fieldOf(field, words))) : null,
    body.image ? thumbnail(picture(body.image)) : null,
    footer(body),
  );
  if (body.color) frame.style.setProperty("--mark", colour(body.color));
  return frame;
}

export function colour(number) {
  return `#${Math.max(0, Math.min(0xffffff, Number(number))).toString(16).padStart(6, "0")}`;
}

function fieldOf(field, words) {
  return h(
    "div",
    { class: field.inline ? "embed-field inline" : "embed-field" },
    h("dt", {}, words(field.name)),
    h("dd", {}, words(field.value)),
  );
}

function footer(body) {
  const parts = [body.footer?.text, body.timestamp ? told(new Date(body.timestamp), "f") : null].filter(Boolean);
  return parts.length ? h("p", { class: "embed-footer" }, parts.join(" · ")) : null;
}

function linked(words, address) {
  const followable = address && URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
  return followable ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words) : words;
}

function picture(body) {
  return { content_type: "image/*", ...body };
}
