using System.Globalization;
using System.IO.Enumeration;
using LibMoE.Runtime.Reporting.Report.Records;

namespace LibMoE.Dashboard.Alerts;

/// <summary>An alert of the user's own: a figure that is above or below a bound in some reports in a row.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Figure">A name of <see cref="WatchedFigures"/>, or <c>metric:NAME</c> for a held-out metric of a learner.</param>
internal sealed record AlertRule(string Name, string Figure)
{
    /// <summary>The figure must not be above this; null where it may.</summary>
    public double? Above { get; init; }

    /// <summary>The figure must not be below this; null where it may.</summary>
    public double? Below { get; init; }

    /// <summary>In how many reports in a row, of those that have the figure.</summary>
    public int Reports { get; init; } = 1;

    /// <summary>Which variants, with * for any characters.</summary>
    public string Variants { get; init; } = "*";

    /// <summary>What is wrong with the rule; null where nothing is.</summary>
    public string? Problem =>
        string.IsNullOrWhiteSpace(Name) ? "it has no 'name'"
        : string.IsNullOrWhiteSpace(Figure) ? "it has no 'figure'"
        : WatchedFigures.Problem(Figure) is { } unknown ? unknown
        : Above is null && Below is null ? "it has neither 'above' nor 'below'"
        : Reports < 1 ? $"'reports' is {Reports}; it must be at least 1"
        : null;

    /// <summary>The alert's sentence where the rule is broken now; null where not.</summary>
    public string? Find(CellRecord cell)
    {
        if (!FileSystemName.MatchesSimpleExpression(Variants, cell.Variant, ignoreCase: false))
        {
            return null;
        }

        var last = cell.Progress.Select(report => (report.Step, Value: WatchedFigures.Of(Figure, report)))
            .Where(point => point.Value is not null).TakeLast(Reports).ToList();
        if (last.Count < Reports)
        {
            return null;
        }

        var (step, value) = last[^1];
        var bound = Above is { } above && last.TrueForAll(point => point.Value > above) ? $"above {Number(above)}"
            : Below is { } below && last.TrueForAll(point => point.Value < below) ? $"below {Number(below)}"
            : null;
        return bound is null ? null
            : $"{Name}: {Figure} is {Number(value!.Value)} at step {Number(step)}, {bound}"
                + (Reports > 1 ? $" in the last {Number(Reports)} reports." : ".");
    }

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
