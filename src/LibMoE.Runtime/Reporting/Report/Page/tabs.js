/** Tabs as the ARIA practices have them: one tab stop, arrows move and select, the address names the tab. */
report.tabs = {
  mount(root) {
    const tabs = [...root.querySelectorAll('[role="tab"]')];
    tabs.forEach((tab, index) => {
      tab.addEventListener("click", () => report.tabs.select(tab));
      tab.addEventListener("keydown", event => {
        const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (next !== undefined) {
          event.preventDefault();
          const target = tabs[(next + tabs.length) % tabs.length];
          target.focus();
          report.tabs.select(target);
        }
      });
    });
    const wanted = report.state.tab ?? location.hash.replace("#tab=", "");
    report.tabs.select(tabs.find(tab => tab.getAttribute("aria-controls") === wanted) ?? tabs[0], true);
  },

  select(chosen, first) {
    for (const tab of chosen.parentElement.querySelectorAll('[role="tab"]')) {
      const selected = tab === chosen;
      tab.setAttribute("aria-selected", selected);
      tab.tabIndex = selected ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !selected;
    }
    report.state.tab = chosen.getAttribute("aria-controls");
    if (!first) {
      history.replaceState(null, "", "#tab=" + report.state.tab);
      chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    report.charts.drawVisible();
  },
};
