/**
 * Moments: told as the reader's language tells them, and those that count from now tick.
 */

import { h } from "./element.js";
import { language } from "./texts.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const EARLIEST = -8.64e12;

export function momentElement(seconds, style) {
  const when = new Date(clamped(seconds) * 1000);
  const element = h("time", { datetime: when.toISOString(), title: told(when, "F") });
  if (style === "R") element.dataset.from = String(clamped(seconds));
  element.textContent = style === "R" ? relative(seconds - Date.now() / 1000) : told(when, style);
  return element;
}

export function told(when, style) {
  return new Intl.DateTimeFormat(language(), STYLES[style]).format(when);
}

export function relative(seconds) {
  const distance = Math.abs(seconds);
  const [unit, length] = UNITS.find(([, each]) => distance >= each) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(language(), { numeric: "always" }).format(Math.trunc(seconds / length), unit);
}

/** Let every relative moment below `root` tick. */
export function tick(root) {
  for (const element of root.querySelectorAll("time[data-from]")) {
    const words = relative(Number(element.dataset.from) - Date.now() / 1000);
    if (element.textContent !== words) element.textContent = words;
  }
}

function clamped(seconds) {
  return Math.min(Math.max(seconds, EARLIEST), -EARLIEST);
}
