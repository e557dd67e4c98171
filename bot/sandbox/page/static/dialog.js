/**
 * Dialogs in front of everything, gone for good once they are closed.
 */

/** Show it; the focus returns to where it was. */
export function present(dialog) {
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    // Chromium gives the focus back by itself, but leaves the text cursor behind: keys then type nothing.
    before?.blur();
    before?.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}
