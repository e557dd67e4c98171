/**
 * Dialogs in front of everything.
 */

import { closed, opened } from "./layers.js";

let made = 0;

/** Show it; the focus returns to where it was. `again`: the browser's Forward may open it once more. */
export function present(dialog, { again = false } = {}) {
  let before = null;
  const show = () => {
    before = document.activeElement;
    document.body.append(dialog);
    dialog.showModal();
  };
  const id = `dialog-${performance.timeOrigin}-${(made += 1)}`;
  const layer = { id, show: again ? show : null, hide: () => dialog.close() };
  dialog.addEventListener("close", () => {
    // This is told late: the dialog may be open again, and whoever went on elsewhere meanwhile stays there.
    if (dialog.open) return;
    closed(layer);
    dialog.remove();
    if (![before, document.body].includes(document.activeElement)) return;
    // Chromium gives the focus back by itself, but leaves the text cursor behind: keys then type nothing.
    before.blur();
    before.focus({ preventScroll: true });
  });
  show();
  opened(layer);
}
