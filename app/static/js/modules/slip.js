/*
 * slip: asks once more when a number is an order of magnitude away from its target (data-target on the field): a slipped
 * decimal point. The same number confirmed again goes through; the limits judge it then, as any other.
 */

const FACTOR = 5;

export default function slip(element) {
  const field = element.querySelector("[data-target]");
  const note = element.querySelector("[data-keypad-note]");
  let asked = null;

  const slipped = () => {
    const [value, target] = [Number(field.value), Number(field.dataset.target)];
    if (!field.value || !Number.isFinite(value) || target === 0) return false;
    const ratio = Math.abs(value / target);
    return ratio >= FACTOR || ratio <= 1 / FACTOR;
  };

  field.form?.addEventListener(
    "submit",
    (event) => {
      if (!slipped() || asked === field.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      asked = field.value;
      note.textContent = `You entered ${field.value}; the target is ${field.dataset.target}. If the instrument shows ${field.value}, confirm again.`;
      field.focus();
    },
    true,
  );
  field.addEventListener("input", () => {
    note.textContent = "";
  });
}
