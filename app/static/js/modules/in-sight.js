/* in-sight: brings the current step of the rail into sight where the rail scrolls by itself; the page stays where it is. */

export default function inSight(rail) {
  const side = rail.closest(".operator-side");
  const current = rail.querySelector('[aria-current="step"]');
  if (current && side && side.scrollHeight > side.clientHeight) {
    side.scrollTop += current.getBoundingClientRect().top - side.getBoundingClientRect().top - side.clientHeight / 3;
  }
}
