/**
 * Dialogs in front of everything, gone for good once they are closed.
 */

export function present(dialog) {
  // Chromium's editing breaks where the focus returns to when a dialog leaves the page in its own close event.
  dialog.addEventListener("close", () => setTimeout(() => dialog.remove()));
  document.body.append(dialog);
  dialog.showModal();
}
