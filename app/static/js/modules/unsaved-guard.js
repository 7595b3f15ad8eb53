/*
 * unsaved-guard: on a form that must wait until every reading typed on this device has reached the server.
 * While the outbox holds anything, its buttons are off, [data-unsaved-said] says so, and the field `unsaved` counts it,
 * so that the server refuses too.
 */

import { pending } from "./outbox.js";

export default function unsavedGuard(element) {
  const said = element.querySelector("[data-unsaved-said]");
  const refused = [...element.querySelectorAll("button")].filter((button) => button.disabled);

  const show = () => {
    const waiting = pending().filter((entry) => !entry.refusals).length;
    for (const field of element.querySelectorAll("input[name=unsaved]")) field.value = String(waiting);
    for (const button of element.querySelectorAll("button")) button.disabled = waiting > 0 || refused.includes(button);
    said.textContent = waiting > 0 ? `${waiting} ${waiting === 1 ? "entry is" : "entries are"} not saved. Wait until they are.` : "";
  };

  document.addEventListener("countersign:outbox", show);
  show();
}
