/** A dot for each value and a bar that reaches one error to either side, or from a low to a high end; several series of a category lie below each other. */
report.charts.kinds.interval = (chart, width) => {
  const { column, levels, number, text } = report.charts;
  const categories = levels(chart, chart.category);
  const [category, value] = [column(chart, chart.category), column(chart, chart.value)];
  const error = chart.error ? column(chart, chart.error) : null;
  const [lows, highs] = error ? [] : [column(chart, chart.low), column(chart, chart.high)];
  const from = row => error ? value[row] - (error[row] ?? 0) : lows[row] ?? value[row];
  const to = row => error ? value[row] + (error[row] ?? 0) : highs[row] ?? value[row];
  const names = chart.series ? levels(chart, chart.series) : [chart.title];
  const series = chart.series ? column(chart, chart.series) : category.map(() => chart.title);
  const styles = report.charts.seriesStyles(names);
  const single = report.theme.colour("series-0");
  const rowHeight = Math.max(28, names.length * 13 + 8);
  const shift = name => (names.indexOf(name) - (names.length - 1) / 2) * 13;
  const ends = value.flatMap((amount, row) => amount === null ? [] : [from(row), to(row)]);
  if (chart.reference !== null) ends.push(chart.reference);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const margin = (high - low || Math.abs(high) || 1) * 0.08;
  const draw = (name, colour) => (_, api) => {
    const [left, right, middle] = [2, 3, 0].map(end => api.coord([api.value(end), api.value(1)]));
    const y = middle[1] + shift(name);
    return {
      type: "group",
      children: [
        { type: "line", shape: { x1: left[0], y1: y, x2: right[0], y2: y }, style: { stroke: colour, lineWidth: 2 } },
        { type: "circle", shape: { cx: middle[0], cy: y, r: 4.5 }, style: { fill: colour, stroke: report.theme.colour("page"), lineWidth: 1 } },
      ],
    };
  };
  const legend = report.charts.legendHeight(names, width);
  return {
    height: categories.length * rowHeight + legend + 76,
    option: {
      grid: { left: 8, right: 24, top: legend + 8, bottom: 8 },
      legend: report.charts.legend(names),
      tooltip: report.charts.tooltip({
        formatter: point => `<b>${text(categories[point.value[1]])}</b>${names.length > 1 ? `<br>${text(point.seriesName)}` : ""}`
          + `<br>${number(point.value[0])} ${error ? `± ${number(point.value[3] - point.value[0])}` : `(${number(point.value[2])} to ${number(point.value[3])})`}`,
      }),
      xAxis: report.charts.axis(chart.valueTitle, { type: "value", nameGap: 28, min: low - margin, max: high + margin,
        axisLabel: { color: report.theme.colour("quiet"), fontSize: 11, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: number } }),
      yAxis: report.charts.axis("", { type: "category", data: categories, inverse: true, splitLine: { show: false },
        axisLabel: { color: report.theme.colour("ink"), fontSize: 12, width: width < 500 ? 110 : 200, overflow: "break", lineHeight: 13 } }),
      series: names.map((name, index) => {
        const colour = names.length > 1 ? styles.get(name).colour : single;
        return {
          type: "custom", name, renderItem: draw(name, colour), itemStyle: { color: colour }, encode: { x: 0, y: 1 },
          data: value.flatMap((amount, row) => amount !== null && series[row] === name ? [[amount, categories.indexOf(category[row]), from(row), to(row)]] : []),
          markLine: index === 0 && chart.reference !== null ? {
            silent: true, symbol: "none", data: [{ xAxis: chart.reference }], label: { show: false },
            lineStyle: { color: report.theme.colour("quiet"), type: "dotted", width: 1.4 },
          } : undefined,
        };
      }),
    },
  };
};
