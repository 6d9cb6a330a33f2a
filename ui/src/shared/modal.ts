const FIELDS = "input:not([disabled], .unseen), textarea:not([disabled]), select:not([disabled])";

/**
 * Opens a dialog as the page's only room as long as it is there; focus goes back to where it was. Inside, the keys begin
 * where the dialog asks for it, else in its first field, else at its top: never on the way out.
 */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  if (dialog.querySelector("[autofocus]") === null) {
    const first = dialog.querySelector<HTMLElement>(FIELDS);
    if (first === null) dialog.tabIndex = -1;
    (first ?? dialog).focus();
  }
  return () => {
    dialog.close();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
