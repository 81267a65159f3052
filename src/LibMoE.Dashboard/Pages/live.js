/** Keeps an open page up to date: asks for news, exchanges the content, shows alerts above it. Tab, choices and place on the page stay. */
report.live = {
  every: 2000,
  version: null,
  query: "",
  known: new Set(),

  /** `query` names the runs of this page, as its address does. */
  start(news, query) {
    report.live.query = query;
    report.live.version = news.version;
    report.live.show(news);
    setTimeout(report.live.ask, report.live.every);
  },

  async ask() {
    try {
      const answer = await fetch("/live?since=" + report.live.version + (report.live.query && "&" + report.live.query));
      if (answer.status === 200) report.live.take(await answer.json());
      report.live.connected(true);
    } catch {
      report.live.connected(false);
    }
    setTimeout(report.live.ask, report.live.every);
  },

  take(news) {
    const place = scrollY;
    const focused = document.activeElement?.id;
    report.live.version = news.version;
    document.getElementById("report").innerHTML = news.body;
    report.mount(news.figures);
    report.live.show(news);
    scrollTo(0, place);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  },

  /** Alerts stand above everything; one that is new is also read out. */
  show(news) {
    let list = document.getElementById("alerts");
    if (!list) {
      list = document.createElement("div");
      list.id = "alerts";
      list.setAttribute("role", "alert");
      document.getElementById("notes").prepend(list);
    }
    const words = alert => `${alert.run}: ${alert.text}`;
    const same = news.alerts.length === report.live.known.size && news.alerts.every(alert => report.live.known.has(words(alert)));
    if (!same) {
      list.replaceChildren(...news.alerts.map(alert => {
        const item = document.createElement("p");
        item.className = "alert fault";
        item.dataset.kind = alert.kind;
        item.textContent = words(alert);
        return item;
      }));
      report.live.known = new Set(news.alerts.map(words));
    }
    document.title = (news.alerts.length ? `(${news.alerts.length}) ` : "") + news.title + " – LibMoE live";
  },

  connected(here) {
    let note = document.getElementById("lost");
    if (!here && !note) {
      note = document.createElement("p");
      note.id = "lost";
      note.className = "alert caution";
      note.setAttribute("role", "status");
      note.textContent = "The server does not answer any more; what you see is the last that it said.";
      document.getElementById("notes").prepend(note);
    } else if (here) {
      note?.remove();
    }
  },
};
