/** Lists that exchange what is shown below them. */
report.choices = {
  mount(root) {
    for (const select of root.querySelectorAll("select[data-choice]")) {
      const id = select.dataset.choice;
      if ([...select.options].some(option => option.value === report.state.choices[id])) {
        select.value = report.state.choices[id];
      }
      select.addEventListener("change", () => {
        report.state.choices[id] = select.value;
        report.choices.show(select);
      });
      report.choices.show(select);
    }
  },

  show(select) {
    for (const option of select.closest(".choice").querySelectorAll(":scope > [data-option]")) {
      option.hidden = option.dataset.option !== select.value;
    }
    report.charts.drawVisible();
  },
};
