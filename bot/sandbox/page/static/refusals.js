/**
 * What the stand-in refuses, in the person's language. It speaks English; each of its sentences is known here by its form.
 */

import FORMS from "./texts/refusals.js";
import { language } from "./texts.js";

const PATTERNS = FORMS.map(([form, words]) => [new RegExp(`^${form}$`, "s"), words]);

/** The reason alone, without the name of the option. */
export function reasonWords(reason) {
  if (language() === "en-US") return reason.charAt(0).toUpperCase() + reason.slice(1);
  for (const [pattern, words] of PATTERNS) {
    const found = pattern.exec(reason);
    if (found) return words.replace(/\{(\d)\}/g, (_, number) => found[Number(number)]);
  }
  return reason;
}

export function refusalWords({ reason, option }) {
  return option ? `${option}: ${reasonWords(reason)}` : reasonWords(reason);
}
