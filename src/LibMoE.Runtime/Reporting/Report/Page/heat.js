/** Matrices: one hue from low to high, or two hues on either side of a neutral value. A cross marks a value of exactly zero. */
report.charts.kinds.heat = (chart, width) => {
  const { column, levels, number, text } = report.charts;
  const [across, down] = [levels(chart, chart.x), levels(chart, chart.y)];
  const [x, y, value] = [column(chart, chart.x), column(chart, chart.y), column(chart, chart.value)];
  const two = chart.neutral !== null;
  const colours = two ? ["heat-below", "heat-even", "heat-above"] : ["heat-low", "heat-high"];
  // With two hues the neutral value must fall on the middle colour: the scale is as wide on both sides.
  const reach = two ? Math.max(chart.most - chart.neutral, chart.neutral - chart.least) : 0;
  const [least, most] = two ? [chart.neutral - reach, chart.neutral + reach] : [chart.least, chart.most];
  const rowHeight = down.length > 40 ? 12 : down.length > 16 ? 16 : 24;
  const decimals = most - least >= 2 ? 1 : most - least >= 0.1 ? 2 : 3;
  // A number is written into a cell only where it fits beside the row names.
  const names = Math.min(200, 7 * Math.max(...down.map(name => name.length)));
  const digits = decimals + 2 + (least < 0 ? 1 : 0);
  const roomy = (width - names - 40) / across.length > 10 + 6.5 * digits && rowHeight >= 16;
  const short = value => String(+value.toPrecision(2));
  const strong = amount => two ? Math.abs(amount - chart.neutral) > 0.6 * reach : amount - least > 0.55 * (most - least);
  return {
    height: down.length * rowHeight + 110,
    option: {
      grid: { left: 8, right: 12, top: 44, bottom: 8 },
      tooltip: report.charts.tooltip({
        formatter: cell => `${text(chart.yTitle)}: <b>${text(down[cell.value[1]])}</b><br>${text(chart.xTitle)}: <b>${text(across[cell.value[0]])}</b>`
          + `<br>${text(chart.valueTitle)}: <b>${number(cell.value[2])}</b>`,
      }),
      visualMap: {
        type: "continuous", min: least, max: most, range: [chart.least, most], calculable: false, orient: "horizontal", left: 0, top: 0,
        itemWidth: 10, itemHeight: Math.min(160, width / 4), text: [short(chart.most) + (value.some(amount => amount > chart.most + 1e-5 * Math.abs(chart.most)) ? " or more" : ""), (width < 500 ? "" : chart.valueTitle + ": ") + short(least)],
        textStyle: { color: report.theme.colour("quiet"), fontSize: 11 },
        inRange: { color: colours.map(report.theme.colour) },
      },
      xAxis: report.charts.axis(chart.xTitle, { type: "category", data: across, nameGap: 26, splitLine: { show: false } }),
      yAxis: report.charts.axis("", { type: "category", data: down, inverse: true, splitLine: { show: false } }),
      series: [{
        type: "heatmap",
        data: value.map((amount, row) => ({
          value: [across.indexOf(x[row]), down.indexOf(y[row]), amount],
          label: {
            show: (chart.cross && amount === 0) || (roomy && amount !== null), formatter: () => chart.cross && amount === 0 ? "×" : amount.toFixed(decimals),
            fontSize: 10, color: report.theme.colour(strong(amount) ? "page" : "ink"),
          },
        })).filter(cell => cell.value[2] !== null),
        itemStyle: { borderColor: report.theme.colour("page"), borderWidth: across.length > 60 ? 0 : 1 },
        emphasis: { itemStyle: { borderColor: report.theme.colour("ink") } },
      }],
    },
  };
};
