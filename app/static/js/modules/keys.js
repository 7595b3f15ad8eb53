/*
 * keys: a key presses the visible element that carries it: data-key="Enter" (Confirm), "Escape" (Back), "F2" (Problem),
 * "1"–"9" (choices), "j", "k", "a", "r", "d" (review). Letters and digits wait a moment, because a scanner types them too;
 * they and Enter are text or native where somebody types or stands on a button. With a dialog open only its own keys count.
 */

import { isTyping } from "./page.js";

const PAUSE = 60;
const NATIVE = "a[href], button, summary, input, select, textarea";

const wanted = (key) => {
  const scope = document.querySelector("dialog:modal") ?? document;
  return [...scope.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === key && !element.disabled && (element.checkVisibility?.() ?? element.offsetParent !== null),
  );
};

const press = (element) => {
  element.click();
  const answer = element.matches("label") ? element.querySelector("input") : null;
  answer?.focus();
};

export default function keys() {
  let [waiting, last] = [null, 0];

  document.addEventListener("keydown", (event) => {
    const crowded = event.timeStamp - last < PAUSE;
    last = event.timeStamp;
    clearTimeout(waiting);
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const typing = isTyping(event.target);
    if (event.key.length === 1) {
      if (typing || crowded) return;
      waiting = setTimeout(() => {
        const element = wanted(event.key);
        if (element) press(element);
      }, PAUSE);
      return;
    }
    if (event.key === "Escape" && (typing || document.querySelector("dialog:modal"))) return;
    if (event.key === "Enter" && event.target.closest?.(NATIVE)) return;
    const element = wanted(event.key);
    if (element) {
      event.preventDefault();
      press(element);
    }
  });
}
