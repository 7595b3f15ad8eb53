/*
 * live-difference: shows a difference while its first number is typed, such as net from gross and the tare recorded before.
 * data-subtract, data-decimals, data-unit, data-low, data-high. Digits are counted as whole numbers, so nothing is rounded.
 * Only a preview: the server computes what counts.
 */

import { counted, decimalsOf, NUMBER, written } from "./exact.js";

const isBelow = (value, decimals, bound) => {
  const finer = Math.max(decimals, decimalsOf(bound));
  return value * 10n ** BigInt(finer - decimals) < counted(bound, finer);
};

const isAbove = (value, decimals, bound) => {
  const finer = Math.max(decimals, decimalsOf(bound));
  return value * 10n ** BigInt(finer - decimals) > counted(bound, finer);
};

export default function liveDifference(element) {
  const field = document.getElementById("f-value");
  const shown = element.querySelector("[data-live-value]");
  const verdict = element.querySelector("[data-live-verdict]");
  const { subtract, unit, low, high } = element.dataset;

  const judged = (value, decimals) => {
    if (low && isBelow(value, decimals, low)) return ["too little", "bad"];
    if (high && isAbove(value, decimals, high)) return ["too much", "bad"];
    return low || high ? ["in the range", "good"] : ["", ""];
  };

  const show = () => {
    const text = field.value.trim();
    const known = NUMBER.test(text);
    const decimals = known ? Math.max(Number(element.dataset.decimals), decimalsOf(text), decimalsOf(subtract)) : 0;
    const value = known ? counted(text, decimals) - counted(subtract, decimals) : 0n;
    const [words, tone] = known ? judged(value, decimals) : ["", ""];
    shown.textContent = known ? `${written(value, decimals)} ${unit}` : "–";
    verdict.textContent = words;
    element.dataset.tone = tone;
  };

  field.addEventListener("input", show);
  show();
}
