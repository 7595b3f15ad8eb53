/*
 * dirty-guard: for forms the browser itself submits. A second press while the first is under way does nothing, and leaving
 * the page with something typed but not sent asks first.
 */

export default function dirtyGuard(form) {
  let [dirty, sending] = [false, false];

  const rest = () => {
    sending = false;
    for (const button of form.querySelectorAll("[data-pressed]")) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
      delete button.dataset.pressed;
    }
  };

  form.addEventListener("input", () => {
    dirty = true;
  });
  form.addEventListener("reset", () => {
    dirty = false;
  });
  form.addEventListener("submit", (event) => {
    if (sending) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    [dirty, sending] = [false, true];
    // After this event, so that the pressed button's own name and value are still sent.
    setTimeout(() => {
      for (const button of form.querySelectorAll('button[type="submit"]:not([disabled])')) {
        button.dataset.pressed = "";
        button.disabled = true;
        button.setAttribute("aria-busy", "true");
      }
    });
  });
  form.addEventListener("countersign:answered", () => {
    dirty = false;
  });
  document.addEventListener("countersign:leaving", () => {
    dirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  window.addEventListener("pageshow", (event) => event.persisted && rest());
}
