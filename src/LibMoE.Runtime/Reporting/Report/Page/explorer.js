/** Which expert handled each token: colour and number say the expert, the strength of the colour its weight. */
report.explorer = {
  mount(root) {
    for (const element of root.querySelectorAll("[data-explorer]")) {
      const texts = report.figures.explorers[element.dataset.explorer];
      const state = report.state.explorers[element.dataset.explorer] ??= { model: texts[0].model, title: texts[0].title, block: 0, slot: 0, expert: null, token: 0 };
      report.explorer.build(element, texts, state);
    }
  },

  redraw() {
    report.explorer.mount(document.getElementById("report"));
  },

  /** One of sixteen colours for each expert, and another line from the seventeenth on; the number beside it says the same without colour. */
  paint(element, expert) {
    element.style.setProperty("--expert", expert < 0 ? "var(--quiet)" : `var(--expert-${expert % 16})`);
    element.style.setProperty("--line-of", ["solid", "dashed", "dotted", "double"][Math.floor(Math.max(expert, 0) / 16) % 4]);
  },

  /** A token's picks in one block, the first choice first. */
  picks(text, block, token) {
    return text.blocks[block].experts[token].map((expert, slot) => ({ expert, weight: text.blocks[block].weights[token][slot] }));
  },

  build(element, texts, state) {
    const models = [...new Set(texts.map(text => text.model))];
    const titles = [...new Set(texts.filter(text => text.model === state.model).map(text => text.title))];
    if (!titles.includes(state.title)) state.title = titles[0];
    const text = texts.find(candidate => candidate.model === state.model && candidate.title === state.title);
    state.block = Math.min(state.block, text.blocks.length - 1);
    const slots = Math.max(...text.blocks[state.block].experts.map(experts => experts.length), 1);
    state.slot = Math.min(state.slot, slots - 1);
    state.token = Math.min(state.token, text.tokens.length - 1);
    const again = change => { Object.assign(state, change); report.explorer.build(element, texts, state); };

    element.replaceChildren();
    const controls = make("div", "controls");
    controls.append(
      pick("Model", models, models.indexOf(state.model), index => again({ model: models[index], expert: null })),
      pick("Text", titles, titles.indexOf(state.title), index => again({ title: titles[index], token: 0 })),
      pick("Block", text.blocks.map(block => `Block ${block.block}`), state.block, block => again({ block, expert: null })),
      pick("Pick", Array.from({ length: slots }, (_, slot) => slot === 0 ? "first" : `number ${slot + 1}`), state.slot, slot => again({ slot })));
    element.append(controls, report.explorer.legend(text, state, again), report.explorer.tokens(text, state, element));
    const detail = make("div", "detail");
    detail.setAttribute("aria-live", "polite");
    element.append(detail);
    report.explorer.show(element, text, state);

    function make(tag, name) {
      const made = document.createElement(tag);
      made.className = name;
      return made;
    }

    function pick(label, names, selected, changed) {
      const outer = document.createElement("label");
      const select = document.createElement("select");
      select.append(...names.map(name => new Option(name)));
      select.selectedIndex = selected;
      select.addEventListener("change", () => { changed(select.selectedIndex); element.querySelectorAll("select")[["Model", "Text", "Block", "Pick"].indexOf(label)].focus(); });
      outer.append(label + " ", select);
      return outer;
    }
  },

  legend(text, state, again) {
    const legend = document.createElement("div");
    legend.className = "legend";
    legend.setAttribute("role", "group");
    legend.setAttribute("aria-label", "Experts; press one to see only its tokens");
    const counts = new Array(text.experts).fill(0);
    for (const experts of text.blocks[state.block].experts) {
      if (experts[state.slot] >= 0) counts[experts[state.slot]]++;
    }
    counts.forEach((count, expert) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${expert}: ${count}`;
      button.title = `Expert ${expert} has ${count} of ${text.tokens.length} tokens`;
      report.explorer.paint(button, expert);
      button.setAttribute("aria-pressed", state.expert === expert);
      button.addEventListener("click", () => {
        again({ expert: state.expert === expert ? null : expert });
        document.querySelectorAll(".explorer .legend button")[expert]?.focus();
      });
      legend.append(button);
    });
    return legend;
  },

  tokens(text, state, element) {
    const list = document.createElement("div");
    list.className = text.experts > 10 ? "tokens wide" : "tokens";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Tokens; arrow keys move");
    let before = null;
    text.tokens.forEach((word, index) => {
      const pick = report.explorer.picks(text, state.block, index)[state.slot] ?? { expert: -1, weight: 0 };
      const token = document.createElement("span");
      token.className = "token" + (pick.expert !== before ? " first" : "") + (state.expert !== null && pick.expert !== state.expert ? " away" : "");
      token.setAttribute("role", "option");
      token.dataset.expert = pick.expert < 0 ? "–" : pick.expert;
      report.explorer.paint(token, pick.expert);
      token.style.setProperty("--weight", Math.min(1, Math.abs(pick.weight)));
      token.textContent = word.replaceAll("\n", "⏎\n");
      token.addEventListener("click", () => { state.token = index; report.explorer.show(element, text, state, true); });
      list.append(token);
      before = pick.expert;
    });
    list.addEventListener("keydown", event => {
      const next = { ArrowRight: state.token + 1, ArrowDown: state.token + 1, ArrowLeft: state.token - 1, ArrowUp: state.token - 1, Home: 0, End: text.tokens.length - 1 }[event.key];
      if (next !== undefined && next >= 0 && next < text.tokens.length) {
        event.preventDefault();
        state.token = next;
        report.explorer.show(element, text, state, true);
      }
    });
    return list;
  },

  /** What every block did with one token. */
  show(element, text, state, focus) {
    element.querySelectorAll(".token").forEach((token, index) => {
      token.setAttribute("aria-selected", index === state.token);
      token.tabIndex = index === state.token ? 0 : -1;
      if (focus && index === state.token) token.focus();
    });
    const encode = report.charts.text;
    const rows = text.blocks.map((_, index) => {
      const picks = report.explorer.picks(text, index, state.token).map(pick => pick.expert < 0 ? "–" : `expert ${pick.expert} (${report.charts.number(pick.weight)})`);
      return `<tr><th scope="row">Block ${text.blocks[index].block}</th><td>${picks.map(encode).join(", ") || "no expert"}</td></tr>`;
    });
    element.querySelector(".detail").innerHTML =
      `<p>Token ${state.token + 1} of ${text.tokens.length}: <code>${encode(JSON.stringify(text.tokens[state.token]))}</code>, experts with their weights:</p><table>${rows.join("")}</table>`;
  },
};
