"use strict";

/** What the page is made of; the other scripts add to it. `state` survives when a live page exchanges its content. */
const report = { state: { tab: null, choices: {}, explorers: {} }, figures: null };

report.theme = {
  /** A colour of the style sheet as the current theme has it: light-dark() is resolved only on a real property. */
  colour(name) {
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  },

  isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  },

  mount(root) {
    const button = root.querySelector("[data-theme-toggle]");
    const name = () => { button.textContent = report.theme.isDark() ? "Light" : "Dark"; };
    button.setAttribute("aria-label", "Switch between light and dark");
    button.addEventListener("click", () => {
      document.documentElement.dataset.theme = report.theme.isDark() ? "light" : "dark";
      name();
      report.charts.redraw();
      report.explorer.redraw();
    });
    name();
  },
};
