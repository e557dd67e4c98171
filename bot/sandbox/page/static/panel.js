/**
 * The side panel: what happened, what ComfyUI is doing, and what shall go wrong.
 */

import { h } from "./element.js";
import { exchanges } from "./exchanges.js";
import { machines } from "./machines.js";
import { switches } from "./switches.js";
import { t } from "./texts.js";

/** `page`: {live, world} */
export class Panel {
  constructor(page) {
    this.page = page;
    this.watched = null;
    this.parts = [
      exchanges(page, () => this.watch(null)),
      machines(page),
      switches(page),
    ];
    this.element = h("aside", { class: "panel", id: "panel" }, this.parts.map((part) => part.element));
    page.live.addEventListener("connected", () => this.#tell());
  }

  get open() {
    return !this.element.hidden;
  }

  speak() {
    this.element.setAttribute("aria-label", t("panel"));
    for (const part of this.parts) part.speak();
  }

  show(open) {
    this.element.hidden = !open;
    this.#tell();
  }

  /** Tell of one message, or of everything. */
  watch(message) {
    this.watched = message;
    this.parts[0].about(message);
    if (message) this.show(true);
    else this.#tell();
  }

  #tell() {
    this.page.live.ask("watch", { panel: this.open, message: this.watched?.id ?? null });
  }
}
