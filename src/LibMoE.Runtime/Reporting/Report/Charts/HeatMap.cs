using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Charts;

/// <summary>A matrix of coloured cells.</summary>
internal sealed record HeatMap(string Id, string Title, string Caption, FigureTable Data) : ReportChart(Id, Title, Caption, Data)
{
    /// <summary>The column of words to the right, in the order of their first row.</summary>
    public required string X { get; init; }

    /// <summary>The column of words downward, in the order of their first row.</summary>
    public required string Y { get; init; }

    /// <summary>The column of numbers that gives the colour.</summary>
    public required string Value { get; init; }

    /// <summary>The horizontal axis' title.</summary>
    public required string XTitle { get; init; }

    /// <summary>The vertical axis' title.</summary>
    public required string YTitle { get; init; }

    /// <summary>What the colour means, with its unit.</summary>
    public required string ValueTitle { get; init; }

    /// <summary>The value of the first colour.</summary>
    public double Least { get; init; }

    /// <summary>The value of the last colour; larger ones are drawn as this.</summary>
    public required double Most { get; init; }

    /// <summary>The value that is neither high nor low and gets the neutral colour; null for a scale of one hue.</summary>
    public double? Neutral { get; init; }

    /// <summary>Whether a value of exactly zero is marked by a cross: nothing at all, such as an expert without a pick.</summary>
    public bool CrossesZero { get; init; } = true;
}
