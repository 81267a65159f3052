namespace LibMoE.Runtime;

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

    /// <summary>Horizontal lines to compare with, by name.</summary>
    public IReadOnlyDictionary<string, double> References { get; init; } = new Dictionary<string, double>();
}
