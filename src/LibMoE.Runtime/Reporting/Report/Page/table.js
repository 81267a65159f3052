/** The figures of a chart as a table, for readers who do not see the drawing or want the numbers. Made when it is asked for. */
report.table = {
  most: 500,

  mount(root) {
    for (const button of root.querySelectorAll("[data-table]")) {
      const id = button.dataset.table;
      button.setAttribute("aria-label", `Show the figures of ${id} as a table`);
      button.setAttribute("aria-expanded", "false");
      button.addEventListener("click", () => {
        const figure = button.closest("figure");
        const open = figure.querySelector(".figures");
        button.setAttribute("aria-expanded", !open);
        if (open) {
          open.previousElementSibling.remove();
          open.remove();
        }
        else {
          const made = report.table.build(report.figures.charts[id]);
          made.setAttribute("aria-label", `Figures of ${id}`);
          figure.append(made);
          report.scroll.add(made);
        }
      });
    }
  },

  build(chart) {
    const outer = document.createElement("div");
    outer.className = "scroll figures";
    outer.tabIndex = 0;
    outer.setAttribute("role", "region");
    const names = chart.columns.map(column => column.name);
    const columns = names.map(name => report.charts.column(chart, name));
    const numeric = chart.columns.map(column => column.numbers ? ' class="number"' : "");
    const { text, number } = report.charts;
    const rows = columns[0].slice(0, report.table.most).map((_, row) =>
      "<tr>" + columns.map((column, index) => `<td${numeric[index]}>${text(chart.columns[index].numbers ? number(column[row]) : column[row])}</td>`).join("") + "</tr>");
    outer.innerHTML = `<table><thead><tr>${names.map((name, index) => `<th scope="col"${numeric[index]}>${text(name)}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`
      + (columns[0].length > report.table.most ? `<p>The first ${report.table.most} of ${columns[0].length} rows; the CSV has all.</p>` : "");
    return outer;
  },
};
