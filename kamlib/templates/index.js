"use strict";
// Search, filter and sort the table of clients. No request leaves the page.
(() => {
  const body = document.querySelector("#clients tbody");
  if (!body) return;
  const rows = [...body.rows];
  const search = document.querySelector("#search");
  const level = document.querySelector("#level");
  const count = document.querySelector("#count");
  const fold = (text) => text.normalize("NFKC").toLocaleLowerCase();

  const filter = () => {
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = fold(row.dataset.text);
      const fits = words.every((word) => text.includes(word)) && (!level.value || row.dataset.level === level.value);
      row.hidden = !fits;
      shown += fits;
    }
    const sentence = shown === rows.length ? count.dataset.all : count.dataset.some;
    count.textContent = sentence.replace("{shown}", shown).replace("{n}", rows.length);
  };

  const sort = (header) => {
    const column = header.cellIndex;
    const down = header.getAttribute("aria-sort") === "ascending" || (header.getAttribute("aria-sort") === "none" && header.dataset.first === "down");
    for (const other of header.parentNode.cells) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
    const numeric = header.classList.contains("num") || header.dataset.numeric === "1";
    rows.sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === "" || y === "") return (x === "") - (y === "");
      const order = numeric ? Number(x) - Number(y) : x.localeCompare(y);
      return down ? -order : order;
    });
    body.append(...rows);
  };

  for (const button of document.querySelectorAll("#clients th button")) button.addEventListener("click", () => sort(button.parentNode));
  search.addEventListener("input", filter);
  level.addEventListener("change", filter);
  filter();
})();
