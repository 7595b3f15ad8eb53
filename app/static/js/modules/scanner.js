/*
 * scanner: hears a bar-code scanner wherever the focus is. Attach it to the tile that shows what to scan.
 *
 * A scan is at least 4 characters, each within 50 ms of the one before, ended by Enter or Tab. While somebody types in a
 * text field it stands back, unless the code starts with EQ:, LOT:, CNT: or USR:, or the field is the scan's own; what the
 * scanner left in a foreign field is taken out again. The code, without the scanner's prefix and suffix
 * (data-scan-strip="PREFIX|SUFFIX", and the symbology mark; GS1's own stay, for the server reads them), goes into the field
 * named by the form's data-scan-target, {name}_source becomes "scan", and the form is submitted. The answer is told by sound, vibration and colour.
 */

import { isTyping } from "./page.js";
import { answeredCode, expectAnswer, sound, tell } from "./answer-signal.js";

const GAP = 50;
const SHORTEST = 4;
const OURS = /^(EQ|LOT|CNT|USR):|^\](C1|d2|e0|Q3|J1)/;
const SEPARATOR = "\u001d";

/** The character of a key; a scanner without the key for GS1's separator types it as Ctrl and ]. */
const characterOf = (event) => {
  if (event.ctrlKey && event.key === "]") return SEPARATOR;
  return event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey ? event.key : "";
};

const clean = (raw, strip) => {
  const [prefix, suffix] = (strip ?? "").split("|");
  let code = raw;
  if (prefix && code.startsWith(prefix)) code = code.slice(prefix.length);
  if (suffix && code.endsWith(suffix)) code = code.slice(0, -suffix.length);
  // \u001d separates the fields of a GS1 code and stays; every other control character goes.
  return code.replace(/^\](?!C1|d2|e0|Q3|J1)[A-Za-z]\d/, "").replace(/[\u0000-\u001c\u001e\u001f\u007f]/g, "").trim();
};

export default function scanner(tile) {
  const form = tile.closest("form[data-scan-target]") ?? document.querySelector("form[data-scan-target]");
  if (!form) return;
  const field = form.elements.namedItem(form.dataset.scanTarget);
  const source = form.elements.namedItem(`${form.dataset.scanTarget}_source`);
  let [raw, last, before] = ["", 0, null];

  const begin = (target) => {
    raw = "";
    before = isTyping(target) && "value" in target ? { target, value: target.value } : null;
  };

  const accept = (code) => {
    if (form.hasAttribute("data-sending")) return;
    field.value = code;
    if (source) source.value = "scan";
    tile.dataset.scanCode = code;
    form.noValidate = true;
    expectAnswer(code);
    form.requestSubmit();
    form.noValidate = false;
    if (source) source.value = "manual";
  };

  const finish = (event) => {
    const code = clean(raw, tile.dataset.scanStrip);
    const quick = raw.length >= SHORTEST && event.timeStamp - last <= GAP;
    const foreign = before && before.target !== field;
    raw = "";
    if (!quick || (foreign && !OURS.test(code))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (foreign) before.target.value = before.value;
    accept(code);
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" || event.key === "Tab") {
        finish(event);
      } else if (characterOf(event)) {
        if (event.timeStamp - last > GAP) begin(event.target);
        raw += characterOf(event);
        last = event.timeStamp;
        if (raw.length > 1 && !isTyping(event.target)) event.preventDefault();
      }
    },
    true,
  );

  form.addEventListener("countersign:answered", ({ detail }) => {
    expectAnswer("");
    tell(tile, detail.kind === "stored");
  });
  const sent = answeredCode();
  if (sent) sound(document.querySelector(".scan-refused .scan-result code")?.textContent !== sent);
}
