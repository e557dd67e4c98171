/**
 * A drawer over the page: the focus goes into it and comes back, Esc and the browser's Back close it.
 */

import { closed, opened } from "./layers.js";

/** `onShow(isOpen)` shows or hides it; `button` is what opens it. */
export function drawer(id, { element, button, onShow }) {
  const layer = { id, show: () => turn(true), hide: () => turn(false) };
  let isOpen = false;

  function turn(wanted) {
    isOpen = wanted;
    onShow(wanted);
    button.setAttribute("aria-expanded", String(wanted));
    if (wanted) (element.querySelector("[aria-current]") ?? element.querySelector("button"))?.focus();
    else if (element.contains(document.activeElement) || document.activeElement === document.body) button.focus();
  }

  return {
    get open() {
      return isOpen;
    },
    show() {
      if (isOpen) return;
      turn(true);
      opened(layer);
    },
    hide() {
      if (!isOpen) return;
      turn(false);
      closed(layer);
    },
  };
}
