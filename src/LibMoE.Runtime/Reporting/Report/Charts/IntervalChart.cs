using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Charts;

/// <summary>Values with error bars, one a row of the chart.</summary>
internal sealed record IntervalChart(string Id, string Title, string Caption, FigureTable Data) : ReportChart(Id, Title, Caption, Data)
{
    /// <summary>The column of words that names the rows, in the order of their first row.</summary>
    public required string Category { get; init; }

    /// <summary>The column of numbers to the right.</summary>
    public required string Value { get; init; }

    /// <summary>The column of numbers that the bars reach to either side; null where they reach from <see cref="Low"/> to <see
    /// cref="High"/>.</summary>
    public string? Error { get; init; }

    /// <summary>The column of numbers where the bars begin.</summary>
    public string? Low { get; init; }

    /// <summary>The column of numbers where the bars end.</summary>
    public string? High { get; init; }

    /// <summary>A column of words that gives each value its colour and name; null for one series.</summary>
    public string? Series { get; init; }

    /// <summary>The horizontal axis' title, with its unit.</summary>
    public required string ValueTitle { get; init; }

    /// <summary>The value of "no difference", drawn as a line; null for none.</summary>
    public double? Reference { get; init; }

    /// <summary>Where a row's bar begins and ends; at the value itself where nothing is known of its error.</summary>
    public (double Low, double High) Bar(int row)
    {
        var value = Data.Numbers(Value)[row] ?? 0;
        return Error is { } error
            ? (value - Reach(Data.Numbers(error)[row]), value + Reach(Data.Numbers(error)[row]))
            : (Finite(Low!) ?? value, Finite(High!) ?? value);

        double? Finite(string column) => Data.Numbers(column)[row] is { } end && double.IsFinite(end) ? end : null;

        static double Reach(double? error) => error is { } reach && double.IsFinite(reach) ? reach : 0;
    }
}
