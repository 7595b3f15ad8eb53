/* Tells yes or no so that it is noticed with gloves on and eyes elsewhere: colour, sound (high or low) and vibration. */

const sound = (pitch, seconds) => {
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

/** Mark the tile and sound the answer; where the browser allows no sound before the first touch, it stays silent. */
export const tell = (tile, accepted) => {
  tile.classList.toggle("scan-accepted", accepted);
  tile.classList.toggle("scan-refused", !accepted);
  if (navigator.userActivation?.hasBeenActive) {
    navigator.vibrate?.(accepted ? 60 : [120, 80, 120]);
    if ("AudioContext" in window) sound(accepted ? 1320 : 220, accepted ? 0.12 : 0.4);
  }
};
