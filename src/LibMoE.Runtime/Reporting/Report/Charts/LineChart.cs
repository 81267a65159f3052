using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Charts;

/// <summary>Curves over a number.</summary>
internal sealed record LineChart(string Id, string Title, string Caption, FigureTable Data) : ReportChart(Id, Title, Caption, Data)
{
    /// <summary>The column of numbers to the right.</summary>
    public required string X { get; init; }

    /// <summary>The column of numbers upward.</summary>
    public required string Y { get; init; }

    /// <summary>The column of words that gives each curve its colour and name.</summary>
    public required string Series { get; init; }

    /// <summary>A column of words that splits a series into several curves of one colour, such as seeds; null for one each.</summary>
    public string? Line { get; init; }

    /// <summary>The horizontal axis' title, with its unit.</summary>
    public required string XTitle { get; init; }

    /// <summary>The vertical axis' title, with its unit.</summary>
    public required string YTitle { get; init; }

    /// <summary>
    /// Whether the vertical axis may leave out how the curves begin: where they fall from far above to where they differ, all of them would
    /// be one line.
    /// </summary>
    public bool ShowsTheEnd { get; init; }

    /// <summary>
    /// The upper end of the vertical axis where the beginning is left out: the largest value after the first quarter of each curve's
    /// points, with a little space above. Null where the whole axis is shown, as where that would not halve it.
    /// </summary>
    public double? Top
    {
        get
        {
            if (!ShowsTheEnd)
            {
                return null;
            }

            var (y, series) = (Data.Numbers(Y), Data.Words(Series));
            var line = Line is null ? series : Data.Words(Line);
            var curves = Enumerable.Range(0, Data.Rows)
                .Where(row => y[row] is { } value && double.IsFinite(value))
                .GroupBy(row => (series[row], line[row]), row => y[row]!.Value)
                .Select(curve => curve.ToList())
                .ToList();
            var late = curves.SelectMany(curve => curve.Skip((curve.Count + 2) / 4)).ToList();
            var all = curves.SelectMany(curve => curve).ToList();
            return late.Count > 0 && late.Max() - all.Min() is var height and > 0 && 2 * height < all.Max() - all.Min()
                ? late.Max() + 0.05 * height
                : null;
        }
    }

    /// <summary>Horizontal lines to compare with, by name.</summary>
    public IReadOnlyDictionary<string, double> References { get; init; } = new Dictionary<string, double>();
}
