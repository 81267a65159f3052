/** Hands figures and drawings to the reader as files; nothing leaves the page. */
report.download = {
  mount(root) {
    for (const button of root.querySelectorAll("[data-csv]")) {
      const id = button.dataset.csv;
      button.setAttribute("aria-label", `Download ${id} as CSV`);
      button.addEventListener("click", () => report.download.save(id + ".csv", "text/csv", report.figures.tables[id] ?? report.download.csv(id)));
    }
    for (const button of root.querySelectorAll("[data-svg]")) {
      const id = button.dataset.svg;
      button.setAttribute("aria-label", `Download ${id} as SVG`);
      button.addEventListener("click", () => report.download.save(id + ".svg", "image/svg+xml", report.charts.svg(id)));
    }
  },

  /** The figures of a chart, with the digits that the page has; the run folder's data/ has all. */
  csv(id) {
    const columns = report.figures.charts[id].columns;
    const cells = columns.map(column => column.numbers ?? column.codes.map(code => column.levels[code]));
    const field = value => /[",\n]/.test(value ?? "") ? `"${value.replaceAll('"', '""')}"` : value ?? "";
    const rows = cells[0].map((_, row) => cells.map(column => field(column[row])).join(","));
    return [columns.map(column => field(column.name)).join(","), ...rows, ""].join("\n");
  },

  save(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
};
