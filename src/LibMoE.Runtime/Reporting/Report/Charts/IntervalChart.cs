namespace LibMoE.Runtime;

/// <summary>Values with error bars, one a row of the chart.</summary>
internal sealed record IntervalChart(string Id, string Title, string Caption, FigureTable Data) : ReportChart(Id, Title, Caption, Data)
{
    /// <summary>The column of words that names the rows, in the order of their first row.</summary>
    public required string Category { get; init; }

    /// <summary>The column of numbers to the right.</summary>
    public required string Value { get; init; }

    /// <summary>The column of numbers that the bars reach to either side.</summary>
    public required string Error { get; init; }

    /// <summary>A column of words that gives each value its colour and name; null for one series.</summary>
    public string? Series { get; init; }

    /// <summary>The horizontal axis' title, with its unit.</summary>
    public required string ValueTitle { get; init; }

    /// <summary>The value of "no difference", drawn as a line; null for none.</summary>
    public double? Reference { get; init; }
}
