/**
 * The menu on a message: what a person can do with it, and the commands that the bot offers there.
 */

import { h } from "./element.js";

let open = null;

/** `entries`: {label, act, danger?} or null for a line between. The focus returns to `anchor`. */
export function menu(anchor, label, entries) {
  open?.();
  const items = entries.map((entry) =>
    entry
      ? h("button", { type: "button", role: "menuitem", tabindex: "-1", class: entry.danger ? "danger" : null, on: { click: () => choose(entry) } }, entry.label)
      : h("hr", { role: "separator" }),
  );
  const buttons = items.filter((item) => item.tagName === "BUTTON");
  const element = h("div", { class: "menu", role: "menu", "aria-label": label }, items);

  function close({ back = true } = {}) {
    if (open !== close) return;
    open = null;
    element.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (back) anchor.focus({ preventScroll: true });
  }

  function choose(entry) {
    close();
    entry.act();
  }

  function outside(event) {
    if (!element.contains(event.target)) close({ back: false });
  }

  element.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const goTo = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (goTo !== undefined) {
      event.preventDefault();
      buttons.at(goTo % buttons.length).focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close();
    }
  });
  open = close;
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  document.body.append(element);
  place(element, anchor);
  buttons[0]?.focus();
}

function place(element, anchor) {
  const [beside, own] = [anchor.getBoundingClientRect(), element.getBoundingClientRect()];
  const left = Math.max(8, Math.min(beside.right - own.width, innerWidth - own.width - 8));
  const below = beside.bottom + 4;
  const top = below + own.height > innerHeight - 8 ? Math.max(8, beside.top - own.height - 4) : below;
  element.style.setProperty("left", `${left}px`);
  element.style.setProperty("top", `${top}px`);
}
