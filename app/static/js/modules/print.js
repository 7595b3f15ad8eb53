/* print: shows a button that opens the browser's print dialog. */

export default function print(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
