"use strict";
// Choose clients to lose: revenue, margin, profit and cash follow from the figures in the page. No request leaves it.
(() => {
  for (const root of document.querySelectorAll(".whatif[data-content]")) {
    const content = JSON.parse(root.dataset.content);
    const make = (tag, parent, text = "", name = "") => {
      const made = parent.appendChild(document.createElement(tag));
      made.textContent = text;
      made.className = name;
      return made;
    };
    const money = (value) => {
      if (value === null) return "—";
      const [, unit, divisor] = content.units.find(([limit]) => Math.abs(value) >= limit) ?? [0, "", 1];
      const shown = (Math.abs(value) / divisor).toLocaleString("en-US", { minimumFractionDigits: unit ? 1 : 0, maximumFractionDigits: unit ? 1 : 0 });
      const minus = value < 0 && /[1-9]/.test(shown) ? "−" : "";
      return minus + shown + unit;
    };
    const sum = (start, rows, key) => rows.reduce((total, row) => (total === null || row[key] === null ? null : total - row[key]), start);
    const less = (a, b) => (a === null || b === null ? null : a - b);

    const words = content.words;
    const bar = make("div", root, "", "whatif-bar");
    const search = make("input", bar);
    search.type = "search";
    search.placeholder = words.search;
    search.setAttribute("aria-label", words.search);
    const list = make("div", root, "", "whatif-list");
    const boxes = content.clients.map((client) => {
      const label = make("label", list);
      const box = make("input", label);
      box.type = "checkbox";
      box.value = client.id;
      make("span", label, client.name);
      make("span", label, money(client.revenue), "amount");
      box.addEventListener("change", () => show());
      return box;
    });
    const strip = make("div", root, "", "kpis");
    strip.setAttribute("aria-live", "polite");
    const tiles = content.measures.map(({ key, label }) => {
      const tile = make("div", strip, "", "kpi");
      make("p", tile, label, "label");
      return { key, text: make("p", tile, "", "text"), note: make("p", tile, "", "note") };
    });
    const sentence = make("p", root, "", "whatif-said");

    const reckon = (rows) => {
      const margin = sum(content.margin, rows, "margin");
      const held = rows.reduce((total, row) => total + (row.kept ?? 0), 0);
      return {
        revenue: sum(content.revenue, rows, "revenue"),
        margin,
        profit: less(margin, content.fixed),
        first: margin === null ? null : less(margin + held, content.fixed),
        cash: sum(content.cash, rows, "cash"),
      };
    };
    const show = () => {
      const rows = content.clients.filter((_, place) => boxes[place].checked);
      const now = reckon([]), then = reckon(rows);
      for (const { key, text, note } of tiles) {
        const floor = key === "cash" ? content.floor : key === "profit" || key === "first" ? 0 : null;
        text.textContent = money(then[key]);
        text.dataset.value = then[key] ?? "";
        text.classList.toggle("tone-alarm", floor !== null && then[key] !== null && then[key] < floor);
        note.textContent = words.before.replace("{amount}", money(now[key]));
      }
      sentence.textContent = rows.length
        ? words.lost.replace("{n}", rows.length).replace("{share}", ((1 - then.revenue / now.revenue) * 100).toFixed(1))
        : words.none;
    };
    const choose = (count) => {
      boxes.forEach((box, place) => (box.checked = place < count));
      show();
    };
    for (const [label, count] of content.buttons) {
      const button = make("button", bar, label);
      button.type = "button";
      button.addEventListener("click", () => choose(count));
    }
    const fold = (text) => text.normalize("NFKC").toLocaleLowerCase();
    search.addEventListener("input", () => {
      for (const box of boxes) box.parentNode.hidden = !fold(box.parentNode.textContent).includes(fold(search.value));
    });
    root.hidden = false;
    show();
  }
})();
