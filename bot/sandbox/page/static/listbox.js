/**
 * A list to choose from with arrow keys or pointer, while the focus stays where the person types or pressed.
 *
 * An item is `{key, label, note?, lead?, selected?, refusal?}`; one with a refusal is shown and cannot be picked.
 */

import { fill, h } from "./element.js";

let made = 0;

export class Listbox {
  /** `owner`: the element that has the focus; it tells of the list by ARIA. `onPick(item)`. */
  constructor(owner, onPick, { multiple = false } = {}) {
    this.id = `listbox-${(made += 1)}`;
    this.items = [];
    this.at = -1;
    this.element = h("ul", {
      class: "listbox",
      role: "listbox",
      id: this.id,
      hidden: true,
      "aria-multiselectable": multiple ? "true" : null,
      on: { mousedown: (event) => event.preventDefault() },
    });
    this.owner = owner;
    this.onPick = onPick;
    owner.setAttribute("aria-controls", this.id);
    owner.setAttribute("aria-expanded", "false");
  }

  get open() {
    return !this.element.hidden;
  }

  get highlighted() {
    return this.open ? (this.items[this.at] ?? null) : null;
  }

  name(label) {
    this.element.setAttribute("aria-label", label);
  }

  /** `highlight`: the index to begin with, or -1. */
  show(items, highlight = -1) {
    this.items = items;
    fill(this.element, items.map((item, index) => this.#option(item, index)));
    this.element.hidden = items.length === 0;
    this.owner.setAttribute("aria-expanded", String(this.open));
    this.#highlight(highlight < items.length ? highlight : items.length - 1);
  }

  hide() {
    this.element.hidden = true;
    this.owner.setAttribute("aria-expanded", "false");
    this.#highlight(-1);
  }

  move(step) {
    const count = this.items.length;
    if (count) this.#highlight(this.at < 0 ? (step > 0 ? 0 : count - 1) : (this.at + step + count) % count);
  }

  /** Arrow keys; true when the key meant the list. */
  steer(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !this.open) return false;
    event.preventDefault();
    this.move(step);
    return true;
  }

  /** Home, End, and the letters with which a label begins; true when the key meant the list. */
  seek(event) {
    if (!this.open || event.ctrlKey || event.metaKey || event.altKey) return false;
    const ends = { Home: 0, End: this.items.length - 1 };
    const at = ends[event.key] ?? this.#beginning(event.key);
    if (at === undefined || at < 0) return false;
    event.preventDefault();
    this.#highlight(at);
    return true;
  }

  /** The next item whose label begins with this letter; -1 where none does. */
  #beginning(letter) {
    if ([...letter].length !== 1 || letter === " ") return -1;
    const count = this.items.length;
    const ahead = [...this.items.keys()].map((step) => (this.at + 1 + step) % count);
    return ahead.find((index) => this.items[index].label.toLowerCase().startsWith(letter.toLowerCase())) ?? -1;
  }

  /** Pick what is highlighted; false when nothing is, or it is refused. */
  pick() {
    const item = this.highlighted;
    if (!item || item.refusal) return false;
    this.onPick(item);
    return true;
  }

  #option(item, index) {
    return h(
      "li",
      {
        role: "option",
        id: `${this.id}-${index}`,
        class: "option",
        "aria-selected": String(Boolean(item.selected)),
        "aria-disabled": item.refusal ? "true" : null,
        on: {
          mousemove: () => this.at !== index && this.#highlight(index),
          click: () => {
            this.#highlight(index);
            this.pick();
          },
        },
      },
      item.lead ? h("span", { class: "lead", "aria-hidden": "true" }, item.lead) : null,
      h("span", { class: "label" }, item.label),
      item.note ? h("span", { class: "note" }, item.note) : null,
      item.refusal ? h("span", { class: "refusal" }, item.refusal) : null,
    );
  }

  #highlight(index) {
    this.at = index;
    for (const [position, option] of [...this.element.children].entries()) {
      option.classList.toggle("highlighted", position === index);
    }
    const option = this.element.children[index];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.owner.setAttribute("aria-activedescendant", option.id);
    else this.owner.removeAttribute("aria-activedescendant");
  }
}
