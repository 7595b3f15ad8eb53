/*
 * dialog: opens <dialog id="x" data-module="dialog"> as a modal from any element with data-opens="x"; elements with
 * data-closes="x" and Escape close it, and the focus returns to what opened it. A dialog with class is-shown opens at once
 * (the server has refused what was submitted from it). Without JavaScript the same links show it in the page.
 */

export default function dialog(element) {
  let opener = null;
  element.removeAttribute("open");

  const open = (from) => {
    if (element.open) return;
    opener = from;
    element.showModal();
    const first = element.querySelector("[autofocus], input:not([type=hidden]), select, textarea, button");
    (first ?? element.querySelector("h2"))?.focus();
    element.dispatchEvent(new CustomEvent("countersign:opened"));
  };

  document.addEventListener("click", (event) => {
    const wanted = event.target.closest?.(`[data-opens="${element.id}"]`);
    if (wanted) {
      event.preventDefault();
      open(wanted);
    } else if (event.target.closest?.(`[data-closes="${element.id}"]`) && element.open) {
      event.preventDefault();
      element.close();
    }
  });
  element.addEventListener("close", () => {
    opener?.focus();
    opener = null;
  });
  if (element.classList.contains("is-shown") || window.location.hash === `#${element.id}`) {
    element.classList.remove("is-shown");
    open(null);
  }
}
