/* print-at-once: opens the print dialog when the page is shown after the print was recorded, and only then. */

export default function printAtOnce() {
  const [navigation] = performance.getEntriesByType("navigation");
  if (navigation?.type === "navigate") window.print();
}
