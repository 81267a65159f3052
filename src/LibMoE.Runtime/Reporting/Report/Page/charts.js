/** Draws charts when they come into view. Each kind is a function from a chart to its height and ECharts options. */
report.charts = {
  kinds: {},
  drawn: new Map(),
  /** Charts whose whole axis the reader wants to see. */
  whole: new Set(),

  mount(root) {
    for (const button of root.querySelectorAll("[data-whole]")) {
      const element = root.querySelector(`.plot[data-chart="${CSS.escape(button.dataset.whole)}"]`);
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        const chart = report.figures.charts[button.dataset.whole];
        const isWhole = !report.charts.whole.delete(chart);
        if (isWhole) report.charts.whole.add(chart);
        button.setAttribute("aria-pressed", isWhole);
        report.charts.drawn.get(element)?.dispose();
        report.charts.draw(element);
      });
    }
  },

  drawVisible() {
    for (const element of document.querySelectorAll(".plot[data-chart]")) {
      if (element.offsetParent !== null && !report.charts.drawn.has(element)) {
        report.charts.draw(element);
      }
    }
  },

  draw(element) {
    const chart = report.figures.charts[element.dataset.chart];
    const { height, option } = report.charts.kinds[chart.kind](chart, element.clientWidth);
    element.style.height = height + "px";
    const drawing = echarts.init(element, null, { renderer: "svg" });
    drawing.setOption({
      animation: false,
      backgroundColor: "transparent",
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: report.theme.colour("ink") },
      aria: { enabled: true, label: { description: `${chart.title}. The figures can be downloaded as CSV below the chart.` } },
      ...option,
    });
    element.setAttribute("role", "img");
    report.charts.drawn.set(element, drawing);
  },

  /** Forgets all drawings, and draws again what is visible: another theme, another width or other figures. */
  redraw() {
    for (const drawing of report.charts.drawn.values()) {
      drawing.dispose();
    }
    report.charts.drawn.clear();
    report.charts.drawVisible();
  },

  svg(id) {
    const drawing = report.charts.drawn.get(document.querySelector(`.plot[data-chart="${CSS.escape(id)}"]`));
    return drawing.renderToSVGString ? drawing.renderToSVGString() : decodeURIComponent(drawing.getDataURL({ type: "svg" }).split(",")[1]);
  },

  /** A column as a list of values. */
  column(chart, name) {
    const column = chart.columns.find(candidate => candidate.name === name);
    return column.numbers ?? column.codes.map(code => column.levels[code]);
  },

  levels(chart, name) {
    return chart.columns.find(column => column.name === name).levels;
  },

  /** The baseline is grey; eight colours for the others, and dashes when they come round again. */
  seriesStyles(names) {
    let next = 0;
    return new Map(names.map(name => {
      if (name === "Dense") return [name, { colour: report.theme.colour("series-dense"), dash: "solid", width: 2.5 }];
      const index = next++;
      return [name, { colour: report.theme.colour(`series-${index % 8}`), dash: index < 8 ? "solid" : "dashed", width: 1.8 }];
    }));
  },

  axis(title, more) {
    return {
      name: title, nameLocation: "middle",
      nameTextStyle: { color: report.theme.colour("quiet"), fontSize: 12 },
      axisLabel: { color: report.theme.colour("quiet"), fontSize: 11, hideOverlap: true },
      axisLine: { lineStyle: { color: report.theme.colour("line") } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: report.theme.colour("line"), width: 0.7 } },
      ...more,
    };
  },

  tooltip(more) {
    return {
      confine: true, backgroundColor: report.theme.colour("page"), borderColor: report.theme.colour("line"),
      textStyle: { color: report.theme.colour("ink"), fontSize: 12 }, ...more,
    };
  },

  legend(names) {
    return names.length < 2 ? undefined : {
      top: 0, left: 0, padding: [4, 0], icon: "roundRect", itemWidth: 14, itemHeight: 4, itemGap: 10, data: names,
      textStyle: { color: report.theme.colour("ink"), fontSize: 12, lineHeight: 16 },
    };
  },

  /** How high the legend is: as many lines as its names take. */
  legendHeight(names, width) {
    if (names.length < 2) return 0;
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    let [lines, used] = [1, 0];
    for (const name of names) {
      const item = 14 + 5 + pen.measureText(name).width + 10;
      if (used > 0 && used + item > width) [lines, used] = [lines + 1, 0];
      used += item;
    }
    return lines * 26;
  },

  number(value) {
    if (value === null || value === undefined) return "–";
    const size = Math.abs(value);
    return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(2)
      : size >= 1e4 ? (+value.toPrecision(4)).toLocaleString("en-US") : String(+value.toPrecision(4));
  },

  text(value) {
    return echarts.format.encodeHTML(String(value));
  },
};
