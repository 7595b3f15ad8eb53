/*
 * Tells yes or no so that it is noticed with gloves on and eyes elsewhere: colour, sound (high or low) and vibration.
 * The sound is switched off for this device by sound-switch.js.
 */

const MUTED = "countersign.muted";
const SCANNED = "countersign.scanned";

/** Tell whether this device is to stay silent. */
export const isMuted = () => {
  try {
    return localStorage.getItem(MUTED) === "yes";
  } catch {
    return false; // storage is switched off: nothing was chosen
  }
};

/** Keep this device silent, or let it sound again. */
export const mute = (silent) => {
  try {
    localStorage.setItem(MUTED, silent ? "yes" : "no");
  } catch {
    // storage is switched off: the choice can't be kept
  }
};

const beep = (pitch, seconds) => {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = pitch;
  volume.gain.value = 0.2;
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + seconds);
  tone.addEventListener("ended", () => context.close());
};

/** Sound and vibrate; where the browser allows neither before the first touch, it stays silent. */
export const sound = (accepted) => {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(accepted ? 60 : [120, 80, 120]);
  if (!isMuted() && "AudioContext" in window) beep(accepted ? 1320 : 220, accepted ? 0.12 : 0.4);
};

/** Mark the tile and sound the answer. */
export const tell = (tile, accepted) => {
  tile.classList.toggle("scan-accepted", accepted);
  tile.classList.toggle("scan-refused", !accepted);
  sound(accepted);
};

/** Remember over the change of page which code was sent, "" for none: the page that answers it makes the sound. */
export const expectAnswer = (code) => {
  try {
    sessionStorage.setItem(SCANNED, code);
  } catch {
    // storage is switched off: colour and words tell it alone
  }
};

/** Return, once, the code that this page answers, or "". */
export const answeredCode = () => {
  try {
    const code = sessionStorage.getItem(SCANNED) ?? "";
    sessionStorage.removeItem(SCANNED);
    return code;
  } catch {
    return "";
  }
};
