/** Says of what is wider than its place that it scrolls, and on which side there is more. */
report.scroll = {
  seen: new WeakSet(),
  watch: new ResizeObserver(entries => entries.forEach(entry => report.scroll.show(entry.target.closest(".scroll, .tabs, pre")))),

  mount(root) {
    for (const element of root.querySelectorAll(".scroll, .tabs, .listing pre")) report.scroll.add(element);
  },

  add(element) {
    if (report.scroll.seen.has(element)) return;
    report.scroll.seen.add(element);
    if (!element.matches(".tabs")) {
      const words = document.createElement("p");
      words.className = "wider";
      words.hidden = true;
      element.before(words);
    }
    element.addEventListener("scroll", () => report.scroll.show(element), { passive: true });
    report.scroll.watch.observe(element);
    for (const child of element.children) report.scroll.watch.observe(child);
  },

  show(element) {
    const rest = element.scrollWidth - element.clientWidth;
    element.classList.toggle("more-left", element.scrollLeft > 1);
    element.classList.toggle("more-right", element.scrollLeft < rest - 1);
    const words = element.previousElementSibling;
    if (words?.classList.contains("wider")) words.hidden = rest <= 1;
  },
};
