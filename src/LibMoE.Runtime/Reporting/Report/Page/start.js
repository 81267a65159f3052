/** Brings the page to life; a live page calls it again with other content. */
report.mount = figures => {
  const root = document.getElementById("report");
  report.figures = figures;
  report.charts.redraw();
  report.charts.mount(root);
  report.theme.mount(root);
  report.choices.mount(root);
  report.explorer.mount(root);
  report.download.mount(root);
  report.table.mount(root);
  report.scroll.mount(root);
  report.tabs.mount(root);
};

report.mount(JSON.parse(document.getElementById("figures").textContent));

{
  let width = innerWidth;
  let waiting;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (innerWidth !== width) {
        width = innerWidth;
        report.charts.redraw();
      }
    }, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { report.charts.redraw(); report.explorer.redraw(); });
}
