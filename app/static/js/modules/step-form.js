/*
 * step-form: for the form of a step. A number or text is in hand at once where there is a keyboard. With data-commit-on-leave a typed value is sent as soon as its field is left, so that
 * the first value given is the one on record, and what follows is a correction. Where the server refused a value because the
 * page is older than the record, a link shows the step as it stands.
 */

const LOOK = "Show the step as it stands now";

export default function stepForm(form) {
  const field = form.querySelector('input.number-value, textarea[name="value"]');
  if (field && matchMedia("(pointer: fine)").matches) field.focus({ preventScroll: true });

  form.addEventListener("change", ({ target }) => {
    const committed = form.hasAttribute("data-commit-on-leave") && target.name === "value" && target.value !== "";
    if (committed && !form.hasAttribute("data-sending")) form.requestSubmit();
  });

  form.addEventListener("countersign:answered", ({ detail }) => {
    if (detail.kind !== "refused") return;
    const place = form.querySelector("[data-refusals] .refusals");
    const link = document.createElement("a");
    link.href = window.location.pathname;
    link.textContent = LOOK;
    place?.append(link);
  });
}
