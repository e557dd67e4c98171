/**
 * Elements without markup: a child is an element or becomes text. There is no way from here to HTML.
 */

import { phrases } from "./phrases.js";

const ADDRESSES = new Set(["href", "src", "poster"]);
/** Elements that hold text and nothing else. */
const TEXT_ONLY = new Set(["OPTION", "TITLE", "TEXTAREA", "PRE", "CODE"]);

/** `properties`: attributes; `on` holds listeners. True sets an attribute empty; null, undefined and false leave it out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else {
      attribute(element, name, value);
    }
  }
  element.append(...filled(element, children));
  return element;
}

export function attribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    element.removeAttribute(name);
    return;
  }
  if (ADDRESSES.has(name) && !isHarmless(String(value))) throw new TypeError(`not an address to follow: ${value}`);
  element.setAttribute(name, value === true ? "" : String(value));
}

/** Replace what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...filled(element, children));
}

/** Put these children there in this order, and move none that already stands right: a moved element loses its focus. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let place = parent.firstChild;
  for (const child of children) {
    if (child === place) place = place.nextSibling;
    else parent.insertBefore(child, place);
  }
}

function filled(element, children) {
  const there = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  if (TEXT_ONLY.has(element.tagName)) return there;
  return there.flatMap((child) => (child instanceof Node ? [child] : phrases(String(child))));
}

function isHarmless(address) {
  return ["http:", "https:", "blob:"].includes(new URL(address, document.baseURI).protocol);
}
