/* sound-switch: a button that keeps this device silent after a scan, or lets it sound again; kept on the device. */

import { isMuted, mute, sound } from "./answer-signal.js";

export default function soundSwitch(button) {
  const show = () => button.setAttribute("aria-pressed", String(!isMuted()));
  button.addEventListener("click", () => {
    mute(!isMuted());
    show();
    if (!isMuted()) sound(true);
  });
  button.hidden = false;
  show();
}
