/**
 * Components of a message. A newer version is brought into the elements of the older one, so that a button keeps its
 * focus and a film goes on playing while the words around them change.
 *
 * `context`: {message, world, names, jump, use}; `use(what, fields, element)` asks the bot.
 */

import { arrange, attribute, fill, h } from "./element.js";
import { colour } from "./embed.js";
import { markdown } from "./markdown_view.js";
import { medium, renew } from "./media.js";
import { select } from "./select.js";
import { t } from "./texts.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };
const LINK = 5;

/** What each element shows now. */
const SHOWN = new WeakMap();

/** Bring `components` into `parent`. */
export function show(parent, components, context) {
  const left = [...parent.children];
  const children = components.map((component) => {
    const at = left.findIndex((element) => isEarlier(SHOWN.get(element), component));
    return shown(component, context, at < 0 ? null : left.splice(at, 1)[0]);
  });
  arrange(parent, children.filter(Boolean));
}

/** A control stays itself, or whoever is about to press one would press another. */
function isEarlier(before, component) {
  return before?.type === component.type && before.id === component.custom_id;
}

function shown(component, context, before) {
  const kind = KINDS[component.type];
  if (!kind) return null;
  const value = JSON.stringify({ ...component, id: null });
  if (before && SHOWN.get(before).value === value) return before;
  const element = kind(component, context, before) ?? before;
  SHOWN.set(element, { type: component.type, id: component.custom_id, value });
  return element;
}

const KINDS = {
  1: (row, context, before) => holding(before ?? h("div", { class: "row" }), row.components, context),
  2: button,
  3: menu,
  5: menu,
  6: menu,
  7: menu,
  8: menu,
  9: section,
  10: text,
  11: (thumbnail) => h("div", { class: "thumbnail" }, medium(file(thumbnail, thumbnail.media))),
  12: gallery,
  13: (body) => medium(file(body, body.file)),
  14: (separator) => h("hr", { class: separator.divider ? "line" : "gap", "data-wide": separator.spacing === 2 }),
  17: container,
};

function holding(element, components, context) {
  show(element, components, context);
  return element;
}

function text(display, context, before) {
  const element = before ?? h("div", { class: "words" });
  fill(element, markdown(display.content, context));
  return element;
}

function section(body, context, before) {
  const words = before?.firstElementChild ?? h("div", { class: "section-words" });
  const beside = before?.lastElementChild ?? h("div", { class: "section-beside" });
  show(words, body.components, context);
  show(beside, body.accessory ? [body.accessory] : [], context);
  return before ?? h("div", { class: "section" }, words, beside);
}

function container(body, context, before) {
  const element = before ?? h("div", { class: "container" }, h("div", { class: "inside" }));
  element.classList.toggle("marked", body.accent_color !== null && body.accent_color !== undefined);
  if (body.accent_color !== null) element.style.setProperty("--mark", colour(body.accent_color));
  const inside = element.querySelector(":scope > .inside");
  show(inside, body.components, context);
  if (body.spoiler && !before) cover(element, inside);
  return element;
}

function cover(element, inside) {
  inside.hidden = true;
  const reveal = h("button", { type: "button", class: "quiet" }, t("spoiler"));
  reveal.addEventListener("click", () => {
    inside.hidden = false;
    reveal.remove();
  });
  element.append(reveal);
}

function gallery(body, context, before) {
  const files = body.items.map((item) => file(item, item.media));
  const element = before ?? h("div", {});
  element.className = `gallery of-${Math.min(files.length, 4)}`;
  const old = [...element.children];
  arrange(element, files.map((each, index) => (old[index] && renew(old[index], each) ? old[index] : medium(each))));
  return element;
}

function file(component, media) {
  const name = component.name ?? decodeURIComponent(media.url.split("/").pop());
  return {
    ...media,
    description: component.description,
    spoiler: component.spoiler,
    filename: name,
    size: component.size,
  };
}

function button(body, context, before) {
  const label = [body.emoji && !body.emoji.id ? body.emoji.name : null, body.label].filter(Boolean).join(" ");
  if (body.style === LINK) return link(body, label);
  const element = before ?? h("button", { type: "button" });
  element.className = `button ${STYLES[body.style] ?? "secondary"}`;
  attribute(element, "disabled", body.disabled || body.style === 6);
  fill(element, label || body.custom_id || "…");
  element.onclick = () => context.use("click", { custom_id: body.custom_id }, element);
  return element;
}

function link(body, label) {
  const followable = URL.canParse(body.url) && /^https?:$/.test(new URL(body.url).protocol);
  const attributes = followable && !body.disabled ? { href: body.url, target: "_blank", rel: "noopener noreferrer" } : {};
  return h("a", { class: "button secondary", ...attributes }, label || body.url, " ↗");
}

function menu(body, context, before) {
  const holder = before ?? h("div", { class: "menu-holder" });
  const hadFocus = holder.contains(document.activeElement);
  const box = () => holder.querySelector("[role='combobox']");
  const onChoose = (values) => context.use("select", { custom_id: body.custom_id, values }, box());
  fill(holder, select(body, { world: context.world, label: body.placeholder, onChoose }));
  if (hadFocus) box().focus();
  return holder;
}
