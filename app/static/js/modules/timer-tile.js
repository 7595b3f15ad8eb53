/*
 * timer-tile: counts on the words the server rendered, from data-started, data-earliest and data-latest.
 * It asks the server nothing and decides nothing: early and late are judged by the server's own clock.
 */

import { asDuration } from "./page.js";
import { serverNow } from "./server-time.js";

const PHASES = {
  early: ["Too early", "until the earliest finish"],
  "in-window": ["In the window", "until the latest finish"],
  warning: ["Finish soon", "until the latest finish"],
  late: ["Late", "over the latest finish"],
  open: ["Running", "elapsed"],
};

const phaseAt = (now, started, earliest, latest) => {
  if (latest && now > latest) return "late";
  if (earliest && now < earliest) return "early";
  if (latest && now - started >= 0.8 * (latest - started)) return "warning";
  return earliest || latest ? "in-window" : "open";
};

export default function timerTile(tile) {
  const at = (name) => (tile.dataset[name] ? Date.parse(tile.dataset[name]) : null);
  const [started, earliest, latest] = [at("started"), at("earliest"), at("latest")];
  const chip = tile.querySelector("[data-timer-phase] .chip");
  const glyph = chip?.querySelector("use");
  const sprite = glyph?.getAttribute("href").split("#")[0];
  const glyphs = { early: "hourglass", "in-window": "circle-check", warning: "triangle-alert", late: "octagon-alert", open: "circle-play" };
  const tones = { early: "waiting", "in-window": "good", warning: "warning", late: "bad", open: "active" };
  let told = "";

  const tick = () => {
    const now = serverNow();
    const phase = phaseAt(now, started, earliest, latest);
    const end = phase === "early" ? earliest : latest;
    const seconds = end ? Math.abs(end - now) / 1000 : (now - started) / 1000;
    tile.querySelector("[data-timer-big]").textContent = asDuration(seconds);
    const bar = tile.querySelector("[data-timer-progress]");
    if (bar) bar.value = Math.min(bar.max, (now - started) / 1000);
    if (phase !== told) {
      const words = !end && phase === "in-window" ? "elapsed, the earliest finish is reached" : PHASES[phase][1];
      tile.querySelector("[data-timer-words]").textContent = words;
      for (const name of Object.keys(PHASES)) tile.classList.toggle(`timer-${name}`, name === phase);
      if (chip) {
        chip.className = `chip chip-${tones[phase]}`;
        chip.lastElementChild.textContent = PHASES[phase][0];
        glyph.setAttribute("href", `${sprite}#${glyphs[phase]}`);
      }
      told = phase;
    }
  };
  tick();
  setInterval(tick, 1000);
}
