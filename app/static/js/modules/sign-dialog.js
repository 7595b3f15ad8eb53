/*
 * sign-dialog: a dialog (see dialog.js) in which secrets are typed. They are empty whenever it opens, whatever the browser
 * remembered, and gone as soon as it closes. Nothing typed here is kept, prefilled or sent by script.
 */

import dialog from "./dialog.js";

export default function signDialog(element) {
  const forget = () => {
    for (const secret of element.querySelectorAll("[data-secret]")) secret.value = "";
  };
  element.addEventListener("countersign:opened", forget);
  element.addEventListener("close", () => {
    for (const form of element.querySelectorAll("form")) form.reset();
    forget();
  });
  dialog(element);
}
