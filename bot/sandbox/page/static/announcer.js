/**
 * The page's voice: a region that screen readers read out when it changes.
 */

import { h } from "./element.js";

const LONGEST = 300;

const region = h("div", { class: "unseen", role: "status", "aria-live": "polite" });

export function announcer() {
  return region;
}

export function announce(words) {
  region.textContent = words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}
