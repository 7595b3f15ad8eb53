/*
 * idle-lock: <dialog data-module="idle-lock" data-warn-minutes data-lock-minutes> with the form that locks.
 * Warns after the minutes given without an act of the user (a touch, a key; also in another tab), then sends the form.
 * Requests of the page itself are no acts. The server keeps the same limit by itself; this only tells in time.
 */

const SHARED = "countersign.last-act";
const ACTS = ["pointerdown", "keydown"];

const lastShared = () => {
  try {
    return Number(localStorage.getItem(SHARED) ?? 0);
  } catch {
    return 0;
  }
};

export default function idleLock(dialog) {
  const warnAfter = Number(dialog.dataset.warnMinutes) * 60_000;
  const lockAfter = Number(dialog.dataset.lockMinutes) * 60_000;
  const left = dialog.querySelector("[data-idle-left]");
  let [last, locking] = [Date.now(), false];

  const act = () => {
    last = Date.now();
    try {
      localStorage.setItem(SHARED, String(last));
    } catch {
      // storage is switched off: this tab counts for itself
    }
    if (dialog.open) dialog.close();
  };

  const check = () => {
    last = Math.max(last, lastShared());
    const idle = Date.now() - last;
    if (locking) return;
    if (idle >= lockAfter) {
      locking = true;
      document.dispatchEvent(new CustomEvent("countersign:leaving"));
      dialog.querySelector("form").submit();
    } else if (idle >= warnAfter) {
      left.textContent = String(Math.ceil((lockAfter - idle) / 1000));
      if (!dialog.open) dialog.showModal();
    } else if (dialog.open) {
      dialog.close();
    }
  };

  for (const name of ACTS) document.addEventListener(name, act, { capture: true, passive: true });
  act();
  setInterval(check, 1000);
}
