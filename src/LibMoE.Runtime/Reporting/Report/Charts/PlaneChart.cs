using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Charts;

/// <summary>Points of two measured numbers, each with bars of its errors and the ellipse of what it is a mean of; those that no other beats
/// are joined.</summary>
internal sealed record PlaneChart(string Id, string Title, string Caption, FigureTable Data) : ReportChart(Id, Title, Caption, Data)
{
    /// <summary>The column of words that gives each point its colour and name.</summary>
    public required string Name { get; init; }

    /// <summary>The numbers to the right.</summary>
    public required PlaneAxis X { get; init; }

    /// <summary>The numbers upward.</summary>
    public required PlaneAxis Y { get; init; }

    /// <summary>The column of numbers that says how both vary together: Pearson's r, absent where there is no ellipse.</summary>
    public required string Correlation { get; init; }

    /// <summary>The column of words that says which points are joined: those with <see cref="JoinedWord"/>.</summary>
    public required string Joined { get; init; }

    /// <summary>What <see cref="Joined"/> says of the points that are joined; the line's name.</summary>
    public required string JoinedWord { get; init; }
}

/// <summary>An axis of such a chart.</summary>
/// <param name="Title">Its title, with its unit.</param>
/// <param name="Value">The column of numbers.</param>
/// <param name="Error">The column of what bars reach to either side.</param>
/// <param name="Deviation">The column of what the ellipse reaches to either side.</param>
internal sealed record PlaneAxis(string Title, string Value, string Error, string Deviation);
