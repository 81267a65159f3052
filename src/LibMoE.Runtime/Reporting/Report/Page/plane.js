/** Points of two numbers with bars of their errors and the ellipse of their seeds; those that no other beats are joined. */
report.charts.kinds.plane = (chart, width) => {
  const { column, levels, number, text } = report.charts;
  const [x, y] = [chart.x, chart.y].map(axis => ({ value: column(chart, axis.value), error: column(chart, axis.error),
    deviation: column(chart, axis.deviation), title: axis.title }));
  const [names, joined, correlation] = [column(chart, chart.name), column(chart, chart.joined), column(chart, chart.correlation)];
  const styles = report.charts.seriesStyles(levels(chart, chart.name));
  const rows = names.map((_, row) => row).filter(row => x.value[row] !== null && y.value[row] !== null);
  const reach = (axis, row) => Math.max(axis.error[row] ?? 0, correlation[row] === null ? 0 : axis.deviation[row]);
  const ends = axis => {
    const all = rows.flatMap(row => [axis.value[row] - reach(axis, row), axis.value[row] + reach(axis, row)]);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const margin = (high - low || Math.abs(high) || 1) * 0.06;
    return { min: low - margin, max: high + margin };
  };
  const ellipse = row => Array.from({ length: 72 }, (_, corner) => {
    const [turn, r] = [2 * Math.PI * corner / 72, correlation[row]];
    return [x.value[row] + x.deviation[row] * Math.cos(turn),
      y.value[row] + y.deviation[row] * (r * Math.cos(turn) + Math.sqrt(1 - r * r) * Math.sin(turn))];
  });
  const draw = (row, colour) => (_, api) => {
    const at = (right, up) => api.coord([right, up]);
    const [left, right] = [-1, 1].map(side => at(x.value[row] + side * (x.error[row] ?? 0), y.value[row]));
    const [bottom, top] = [-1, 1].map(side => at(x.value[row], y.value[row] + side * (y.error[row] ?? 0)));
    const [cx, cy] = at(x.value[row], y.value[row]);
    return {
      type: "group",
      children: [
        ...correlation[row] === null ? [] : [{ type: "polygon", shape: { points: ellipse(row).map(point => at(...point)) },
          style: { fill: colour, fillOpacity: 0.25, stroke: colour, lineWidth: 1 } }],
        { type: "line", shape: { x1: left[0], y1: cy, x2: right[0], y2: cy }, style: { stroke: colour, lineWidth: 1.4 } },
        { type: "line", shape: { x1: cx, y1: bottom[1], x2: cx, y2: top[1] }, style: { stroke: colour, lineWidth: 1.4 } },
        { type: "circle", shape: { cx, cy, r: 5 }, style: { fill: colour, stroke: report.theme.colour("page"), lineWidth: 1 } },
      ],
    };
  };
  const best = rows.filter(row => joined[row] === chart.joinedWord).sort((a, b) => x.value[a] - x.value[b]);
  const shown = [chart.joinedWord, ...rows.map(row => names[row])];
  const legend = report.charts.legendHeight(shown, width);
  const short = { color: report.theme.colour("quiet"), fontSize: 11, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: number };
  return {
    height: (width < 500 ? 272 : 372) + legend,
    option: {
      grid: { left: 8, right: 24, top: legend + 10, bottom: 8 },
      legend: report.charts.legend(shown),
      tooltip: report.charts.tooltip({
        formatter: point => point.seriesType === "line" ? text(chart.joinedWord) : `<b>${text(point.seriesName)}</b>`
          + [x, y].map(axis => `<br>${text(axis.title)}: ${number(axis.value[point.value[2]])} ± ${number(axis.error[point.value[2]])}`).join(""),
      }),
      xAxis: report.charts.axis(x.title, { type: "value", nameGap: 28, ...ends(x), axisLabel: short }),
      yAxis: report.charts.axis(y.title, { type: "value", nameGap: 42, ...ends(y), axisLabel: short }),
      series: [
        { type: "line", name: chart.joinedWord, data: best.map(row => [x.value[row], y.value[row]]), showSymbol: false, z: 1,
          lineStyle: { color: report.theme.colour("quiet"), width: 1.2 }, itemStyle: { color: report.theme.colour("quiet") } },
        ...rows.map(row => {
          const { colour } = styles.get(names[row]);
          return { type: "custom", name: names[row], renderItem: draw(row, colour), itemStyle: { color: colour }, encode: { x: 0, y: 1 },
            data: [[x.value[row], y.value[row], row]] };
        }),
      ],
    },
  };
};
