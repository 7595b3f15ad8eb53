/*
 * keypad: puts a number pad beside the number field of .number-input and keeps the tablet's own keyboard away.
 * Attributes: data-decimals (the instrument's resolution: further decimals are not taken), data-signed (adds ±).
 * Keys change the field as typing would ("input" events); leaving the field after that is a "change", as for typing.
 */

const KEYS = ["7", "8", "9", "⌫", "4", "5", "6", "C", "1", "2", "3", "±", "0", "."];
const NAMES = { "⌫": "Delete the last digit", C: "Clear", "±": "Change the sign", ".": "Decimal point" };

const pressed = (value, key, decimals) => {
  if (key === "C") return "";
  if (key === "⌫") return value.slice(0, -1);
  if (key === "±") return value.startsWith("-") ? value.slice(1) : `-${value}`;
  if (key === ".") return value.includes(".") ? value : `${value === "" || value === "-" ? `${value}0` : value}.`;
  const [, after] = value.split(".");
  return after !== undefined && decimals !== null && after.length >= decimals ? null : value + key;
};

export default function keypad(element) {
  const pad = element.querySelector("[data-keypad]");
  const field = element.querySelector(".number-value");
  const note = element.querySelector("[data-keypad-note]");
  const decimals = element.dataset.decimals === undefined ? null : Number(element.dataset.decimals);
  let [touched, valueThen] = [false, field.value];

  const press = (key) => {
    const value = pressed(field.value, key, decimals);
    note.textContent = value === null ? `The instrument shows ${decimals} decimals; no more can be entered.` : "";
    if (document.activeElement !== field) field.focus({ preventScroll: true });
    if (value === null) return;
    field.value = value;
    touched = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  for (const key of KEYS) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.textContent = key;
    if (key in NAMES) button.setAttribute("aria-label", NAMES[key]);
    if ("⌫C±".includes(key)) button.className = "keypad-side";
    if (key === "0") button.className = "keypad-wide";
    button.disabled = (key === "." && decimals === 0) || (key === "±" && element.dataset.signed === undefined);
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => press(key));
    pad.append(button);
  }
  pad.hidden = false;
  if (matchMedia("(pointer: coarse)").matches) field.inputMode = "none";

  field.addEventListener("change", () => {
    touched = false;
    valueThen = field.value;
  });
  field.addEventListener("blur", () => {
    if (touched && field.value !== valueThen) field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
