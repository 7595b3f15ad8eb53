/*
 * sample-table: Enter goes to the next empty cell, and the cell in hand is highlighted. In the last cell Enter is left to
 * the form.
 */

export default function sampleTable(table) {
  const inputs = [...table.querySelectorAll(".cell-input")];

  table.addEventListener("focusin", ({ target }) => {
    if (!inputs.includes(target)) return;
    for (const cell of table.querySelectorAll(".cell-current")) cell.classList.remove("cell-current");
    target.closest("td").classList.add("cell-current");
  });
  table.addEventListener("keydown", (event) => {
    const place = inputs.indexOf(event.target);
    const next = inputs.slice(place + 1).find((input) => input.value === "");
    if (event.key === "Enter" && place >= 0 && next) {
      event.preventDefault();
      next.focus();
    }
  });
}
