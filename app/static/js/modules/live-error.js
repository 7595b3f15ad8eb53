/*
 * live-error: shows the error of a calibration reading while it is typed, in words and on a bar drawn to scale.
 * data-nominal, data-alert, data-adjust, data-reject, data-span in the unit of the output, data-unit. A limit met exactly is inside.
 * Only a preview: the server judges by what it stored. Once the reading is stored, the next point's field is focused.
 */

import { counted, decimalsOf, NUMBER, written } from "./exact.js";

const WORDS = [
  ["reject", "beyond the reject limit", "bad"],
  ["adjust", "beyond the adjust limit", "warning"],
  ["alert", "beyond the alert limit", "warning"],
];
const PLACES = 4;
const MIDDLE = 500;
const FARTHEST = 490;

/* In per cent, counted with PLACES decimals, a tie away from zero: as the server rounds. */
const percentOf = (error, span) => {
  const size = error < 0n ? -error : error;
  const found = (2n * size * 100n * 10n ** BigInt(PLACES) + span) / (2n * span);
  return error < 0n ? -found : found;
};

export default function liveError(element) {
  const field = element.querySelector(".number-value");
  const said = element.querySelector("[data-live-error]");
  const marker = element.querySelector("[data-live-marker]");
  const { nominal, unit, span, reject } = element.dataset;
  const limits = WORDS.map(([name]) => element.dataset[name]);

  const judged = (error, decimals) => {
    const size = error < 0n ? -error : error;
    const found = WORDS.find((_, index) => size > counted(limits[index], decimals));
    return found ? [found[1], found[2]] : ["within limits", "good"];
  };

  const show = () => {
    const text = field.value.trim();
    const known = NUMBER.test(text);
    marker.toggleAttribute("hidden", !known);
    said.textContent = "";
    delete element.dataset.tone;
    if (!known) return;
    const decimals = Math.max(...[text, nominal, span, ...limits].map(decimalsOf));
    const error = counted(text, decimals) - counted(nominal, decimals);
    const [words, tone] = judged(error, decimals);
    const percent = written(percentOf(error, counted(span, decimals)), PLACES);
    said.textContent = `${written(error, decimals)} ${unit}, ${percent} % of span: ${words}`;
    element.dataset.tone = tone;
    const off = (Number(error) / Number(counted(reject, decimals))) * (MIDDLE / 1.5);
    marker.setAttribute("transform", `translate(${MIDDLE + Math.max(-FARTHEST, Math.min(FARTHEST, off))} 0)`);
  };

  field.addEventListener("input", show);
  element.addEventListener("submit", () => {
    const time = element.querySelector("input[name=read_at]");
    if (time) time.value = new Date().toISOString();
    const fields = [...document.querySelectorAll("[data-module~=live-error] .number-value")];
    fields[fields.indexOf(field) + 1]?.focus();
  }, true);
  element.addEventListener("countersign:answered", ({ detail }) => {
    element.toggleAttribute("data-stored", detail.kind === "stored");
    if (detail.kind !== "stored") return;
    field.readOnly = true;
    for (const button of element.querySelectorAll("button")) button.disabled = true;
    element.querySelector("[data-stored-said]").textContent = "Saved";
  });
  show();
}
