/**
 * The side panel: what happened, what ComfyUI is doing, and what shall go wrong.
 */

import { h } from "./element.js";
import { happenings } from "./happenings.js";
import { machines } from "./machines.js";
import { switches } from "./switches.js";
import { t } from "./texts.js";

/** `desk`: {live, world} */
export class Panel {
  constructor(desk) {
    this.desk = desk;
    this.watched = null;
    this.parts = [
      happenings(desk, () => this.watch(null)),
      machines(desk),
      switches(desk),
    ];
    this.element = h("aside", { class: "panel", id: "panel" }, this.parts.map((part) => part.element));
    desk.live.addEventListener("connected", () => this.#tell());
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
    this.desk.live.ask("watch", { panel: this.open, message: this.watched?.id ?? null });
  }
}
