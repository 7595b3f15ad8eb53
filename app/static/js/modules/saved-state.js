/*
 * saved-state: tells in the top bar whether everything typed has reached the server, and sends again what has not.
 * Shows "Not saved" with the age of the oldest entry, also after a reload and on other pages; retries after 1, 2, 4 … 30 s,
 * when the network returns, and when the page is shown again. Leaving the page while something is unsaved asks first.
 */

import { asDuration, person, showRefusals } from "./page.js";
import { discard, flush, pending } from "./outbox.js";

const LONGEST = 30;

const showRefused = (entry) => {
  const place = document.querySelector("[data-messages]");
  if (!place || document.querySelector(`[data-refused="${CSS.escape(entry.key)}"]`)) return;
  const box = document.createElement("div");
  box.dataset.refused = entry.key;
  const typed = entry.fields.filter(([name]) => entry.shown?.includes(name)).map(([, value]) => value);
  showRefusals(box, `${entry.label || "An entry"} (${typed.join(", ")}) was not stored:`, entry.refusals);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "I have read this";
  button.addEventListener("click", () => {
    discard(entry.key);
    box.remove();
  });
  box.firstElementChild.append(button);
  place.append(box);
};

export default function savedState(element) {
  const text = element.querySelector("[data-saved-text]");
  const said = element.querySelector("[data-saved-said]");
  let [wait, timer, leaving, savedNow] = [1, null, false, ""];

  const unsaved = () => pending().filter((entry) => !entry.refusals);

  const show = () => {
    const waiting = unsaved();
    const state = waiting.length > 0 ? "unsaved" : savedNow || element.dataset.state === "saved" ? "saved" : "idle";
    if (waiting.length > 0) {
      const age = asDuration((Date.now() - waiting[0].at) / 1000);
      const others = waiting.some((entry) => entry.person !== person()) ? ` of ${waiting[0].person || "somebody else"}` : "";
      text.textContent = `Not saved${waiting.length > 1 ? ` (${waiting.length})` : ""}${others} ${age}`;
    } else if (savedNow) {
      text.textContent = savedNow;
    } else if (element.dataset.state === "unsaved") {
      text.textContent = "Saved";
    }
    if (state !== element.dataset.state) said.textContent = state === "unsaved" ? "Not saved. It is being sent again." : "Saved.";
    element.dataset.state = state;
  };

  const retry = async () => {
    clearTimeout(timer);
    timer = null;
    if (unsaved().some((entry) => entry.person === person())) {
      await flush();
      wait = Math.min(LONGEST, wait * 2);
    }
    clearTimeout(timer);
    const more = unsaved().some((entry) => entry.person === person());
    timer = more ? setTimeout(retry, wait * 1000) : null;
    if (!more) wait = 1;
    show();
  };

  document.addEventListener("countersign:outbox", show);
  document.addEventListener("countersign:answer", ({ detail: { entry, answer } }) => {
    if (answer.kind === "stored") {
      const clock = document.querySelector("[data-clock]")?.textContent;
      savedNow = clock ? `Saved ${clock}` : "Saved";
    }
    if (answer.kind === "unsent") timer ??= setTimeout(retry, wait * 1000);
    const owner = `[data-pending="${CSS.escape(entry.key)}"], [data-commit-key="${CSS.escape(entry.key)}"]`;
    if (answer.kind === "refused" && !document.querySelector(owner)) {
      showRefused({ ...entry, refusals: answer.refusals });
    }
    show();
  });
  document.addEventListener("countersign:leaving", () => {
    leaving = true;
  });
  window.addEventListener("online", retry);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && retry());
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && unsaved().length > 0) event.preventDefault();
  });

  pending().filter((entry) => entry.refusals).forEach(showRefused);
  setInterval(() => element.dataset.state === "unsaved" && show(), 1000);
  show();
  retry();
}
