/*
 * clock: keeps <time data-module="clock" data-offset="+01:00"><span data-clock>…</span></time> going.
 * Shows the server's time in the offset the server chose, whatever zone the tablet is set to.
 */

import { serverNow } from "./server-time.js";

const minutesOf = (offset) => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [null, "+", "0", "0"];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

export default function clock(element) {
  const shown = element.querySelector("[data-clock]");
  const shift = minutesOf(element.dataset.offset) * 60_000;
  const tick = () => {
    shown.textContent = new Date(serverNow() + shift).toISOString().slice(11, 19);
  };
  tick();
  setInterval(tick, 1000);
}
