/** Curves: colour by series, one curve for each line of a series, dotted lines to compare with. */
report.charts.kinds.line = (chart, width) => {
  const { column, levels, number, text } = report.charts;
  const [x, y, series] = [column(chart, chart.x), column(chart, chart.y), column(chart, chart.series)];
  const line = chart.line ? column(chart, chart.line) : series;
  const names = levels(chart, chart.series);
  const styles = report.charts.seriesStyles(names);
  const curves = new Map();
  series.forEach((name, row) => {
    const key = name + "\u0000" + line[row];
    if (!curves.has(key)) curves.set(key, { name, line: line[row], points: [] });
    curves.get(key).points.push([x[row], y[row]]);
  });
  const several = chart.line !== null && levels(chart, chart.line).length > 1;
  const references = chart.references.map(reference => ({
    yAxis: reference.value, name: reference.name,
    label: { formatter: "{b}", position: "insideEndTop", color: report.theme.colour("quiet"), fontSize: 11 },
    lineStyle: { color: report.theme.colour("quiet"), type: "dotted", width: 1.2 },
  }));
  const legend = report.charts.legendHeight(names, width);
  const top = report.charts.whole.has(chart) ? null : chart.top;
  // The end of a cut axis is no round number.
  const short = { color: report.theme.colour("quiet"), fontSize: 11, hideOverlap: true, showMaxLabel: false, formatter: number };
  return {
    height: (width < 500 ? 272 : 332) + legend,
    option: {
      grid: { left: 8, right: 16, top: legend + 10, bottom: 8 },
      legend: report.charts.legend(names),
      tooltip: report.charts.tooltip({
        trigger: "axis",
        formatter: points => [
          `<b>${text(chart.xTitle)}: ${number(points[0].value[0])}</b>`,
          ...[...points].sort((a, b) => b.value[1] - a.value[1]).slice(0, 16).map(point =>
            `${point.marker} ${text(point.seriesName)}${several ? " " + text(point.seriesId.split("\u0000")[1]) : ""}: ${number(point.value[1])}`),
        ].join("<br>"),
      }),
      xAxis: report.charts.axis(chart.xTitle, { type: "value", min: 0, nameGap: 26, splitLine: { show: false },
        axisLabel: { color: report.theme.colour("quiet"), fontSize: 11, hideOverlap: true, formatter: number } }),
      yAxis: report.charts.axis(chart.yTitle, { type: "value", scale: true, nameGap: 42, ...(top === null ? {} : { max: top, axisLabel: short }) }),
      series: [...curves].map(([key, curve], index) => ({
        id: key, name: curve.name, type: "line", data: curve.points, connectNulls: false,
        showSymbol: curve.points.length < 25, symbolSize: 5, symbol: "circle",
        lineStyle: { width: styles.get(curve.name).width, type: styles.get(curve.name).dash, opacity: several ? 0.75 : 1 },
        itemStyle: { color: styles.get(curve.name).colour },
        emphasis: { focus: "series" },
        markLine: index === 0 && references.length ? { silent: true, symbol: "none", data: references } : undefined,
      })),
    },
  };
};
