/*
 * sign-renew: a form that signs carries a one-time value, which lasts two minutes. While the form is in sight, its page is
 * fetched again before the value runs out, and the fresh value is taken over where the page still shows the same content and
 * the same meaning. Where it does not, the form says so and signs nothing. Nothing typed is sent by it.
 */

import { showRefusals } from "./page.js";

const FRESH_FOR = 60_000;
const LOOK_EVERY = 5_000;
const SEEN = ["seen_part", "seen_content", "seen_rendering"];
const CHANGED = "What this form signs has changed, or may not be signed any more. Load the page again and read it, then sign.";
const NOT_RENEWED = "This form could not be renewed. Load the page again and read it, then sign.";
const NO_ANSWER = "The server does not answer, so this form can't be renewed. It is tried again.";

const valueOf = (form, name) => form.elements.namedItem(name)?.value ?? "";
const meaningOf = (form) => form.querySelector(".sign-meaning")?.textContent.replace(/\s+/g, " ").trim() ?? "";
const isSame = (form, other) =>
  SEEN.every((name) => valueOf(form, name) === valueOf(other, name)) && meaningOf(form) === meaningOf(other);

export default function signRenew(form) {
  const nonce = form.elements.namedItem("nonce");
  const page = valueOf(form, "shown_on");
  if (!nonce || !page) return;
  const place = form.querySelector("[data-refusals]");
  const dialog = form.closest("dialog");
  let madeAt = Date.now();
  let busy = false;
  let over = false;

  const stop = (why) => {
    over = true;
    showRefusals(place, "Cannot sign:", [why]);
    for (const button of form.querySelectorAll('button[type="submit"]')) button.disabled = true;
  };

  const takeOver = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const action = form.getAttribute("action");
    const twin = [...fresh.forms].find((other) => other.getAttribute("action") === action && valueOf(other, "nonce"));
    if (!twin || !isSame(form, twin)) {
      stop(CHANGED);
      return;
    }
    nonce.value = valueOf(twin, "nonce");
    madeAt = Date.now();
    showRefusals(place, "", []);
  };

  const renew = async () => {
    let html = "";
    try {
      const answer = await fetch(page, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (!answer.ok || answer.redirected) {
        stop(NOT_RENEWED);
        return;
      }
      html = await answer.text();
    } catch {
      showRefusals(place, "Not renewed:", [NO_ANSWER]);
      return;
    }
    takeOver(html);
  };

  const look = async () => {
    const inSight = document.visibilityState === "visible" && (!dialog || dialog.open);
    if (busy || over || !inSight || Date.now() - madeAt < FRESH_FOR) return;
    busy = true;
    await renew();
    busy = false;
  };

  setInterval(look, LOOK_EVERY);
  document.addEventListener("visibilitychange", look);
  dialog?.addEventListener("countersign:opened", look);
}
