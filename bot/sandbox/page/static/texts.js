/**
 * The page's own words in the person's language. What the bot says is the bot's.
 */

import en from "./texts/en.js";
import zh from "./texts/zh-CN.js";

const CATALOGUES = { "en-US": en, "zh-CN": zh };

/** Each language by its own name. */
export const LANGUAGES = { "en-US": "English", "zh-CN": "简体中文" };

let current = "en-US";

export function language() {
  return current;
}

export function speak(locale) {
  current = closest(locale);
  document.documentElement.lang = current === "zh-CN" ? "zh-CN" : "en";
  return current;
}

export function closest(locale) {
  return locale?.toLowerCase().startsWith("zh") ? "zh-CN" : "en-US";
}

/** The words of a text; `{name}` is filled in. */
export function t(id, gaps = {}) {
  const words = CATALOGUES[current][id];
  if (words === undefined) throw new RangeError(`no text “${id}”`);
  return words.replace(/\{(\w+)\}/g, (_, name) => String(gaps[name]));
}

/** Of a name or description with localisations, the person's. */
export function localised(thing, field) {
  return thing[`${field}_localizations`]?.[current] ?? thing[field] ?? "";
}
