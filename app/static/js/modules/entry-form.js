/*
 * entry-form: <form data-module="entry-form" method="post" action="…"> with a hidden idempotency_key.
 *
 * Submitting sends the fields by fetch (Accept: application/json) through outbox.js, so that an entry survives a lost network,
 * a reload and a double press, and is stored once. Answers: {"location"} goes there; {"saved_at"} stays;
 * {"refusals"} are listed in [data-refusals] with the field still in view, nothing typed is cleared, and the next try carries
 * a new key.
 * data-commit="change" also sends each value as soon as its field is left, with commit=<name>, so that the first value
 * typed is on record before anything else can happen to it. A form with a password is left to the browser.
 */

import { freshKey, showRefusals } from "./page.js";
import { discard, flush, keep, pending } from "./outbox.js";

const QUIET = ["csrf_token", "idempotency_key"];

const leave = (location) => {
  document.dispatchEvent(new CustomEvent("countersign:leaving"));
  window.location.assign(location);
};

export default function entryForm(form) {
  if (form.querySelector('input[type="password"]')) return;
  const action = form.getAttribute("action");
  const place = form.querySelector("[data-refusals]") ?? form.appendChild(document.createElement("div"));
  const key = form.elements.namedItem("idempotency_key");
  const committed = new Map();

  const visible = () => [...form.elements].filter((field) => field.name && field.type !== "hidden").map((field) => field.name);

  const busy = (state) => {
    form.toggleAttribute("data-sending", state);
    for (const button of form.querySelectorAll('button[type="submit"]')) {
      button.setAttribute("aria-busy", String(state));
      if (state) button.disabled = true;
      else if (!button.hasAttribute("data-refused")) button.disabled = false;
    }
  };

  const tell = (title, reasons) => {
    showRefusals(place, title, reasons);
    form.querySelector('[name="value"]:not([type="hidden"])')?.scrollIntoView({ block: "nearest" });
  };

  const wait = (entry, why) => {
    form.dataset.pending = entry.key;
    busy(true);
    if (why) tell("Not saved yet. It is kept on this device and sent again:", [why]);
  };

  const send = (fields, asKey) => {
    const entry = keep({ key: asKey, action, label: form.dataset.label ?? "", fields, shown: visible() });
    flush();
    return entry;
  };

  for (const button of form.querySelectorAll('button[type="submit"][disabled]')) button.dataset.refused = "";

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (form.hasAttribute("data-sending")) return;
    const fields = [...new FormData(form, event.submitter ?? undefined)].filter(([name]) => !QUIET.includes(name));
    showRefusals(place, "", []);
    form.dataset.pending = key.value;
    busy(true);
    send(fields, key.value);
  });

  form.addEventListener("change", ({ target }) => {
    if (form.dataset.commit !== "change" || !target.name || target.type === "file" || !target.value) return;
    if (committed.get(target.name) === target.value) return;
    committed.set(target.name, target.value);
    const hidden = [...form.elements].filter((field) => field.type === "hidden" && !QUIET.includes(field.name));
    const fields = [...hidden.map((field) => [field.name, field.value]), [target.name, target.value], ["commit", target.name]];
    target.dataset.commitKey = send(fields, freshKey()).key;
  });

  document.addEventListener("countersign:answer", ({ detail: { entry, answer } }) => {
    const field = form.querySelector(`[data-commit-key="${entry.key}"]`);
    const own = form.dataset.pending === entry.key;
    if (!own && !field) return;
    if (answer.kind === "unsent") {
      if (own) wait(entry, answer.why);
      return;
    }
    if (answer.kind === "refused") {
      discard(entry.key);
      tell("Not stored:", answer.refusals);
      if (field) committed.delete(field.name);
    } else if (answer.location && own) {
      leave(answer.location);
      return;
    } else {
      showRefusals(place, "", []);
    }
    if (own) {
      delete form.dataset.pending;
      key.value = freshKey();
      busy(false);
    }
    form.dispatchEvent(new CustomEvent("countersign:answered", { bubbles: true, detail: answer }));
  });

  const earlier = pending().find((entry) => entry.action === action && !entry.refusals && !entry.fields.some(([name]) => name === "commit"));
  if (earlier) {
    for (const [name, value] of earlier.fields) {
      const field = form.elements.namedItem(name);
      if (field && field.type !== "file") field.value = value;
    }
    wait(earlier, "It was typed before this page was loaded.");
  }
}
