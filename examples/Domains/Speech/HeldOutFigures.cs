using System.Globalization;
using Domains;
using LibMoE.Runtime;

namespace Speech;

/// <summary>The shares of digits that nets say right of speakers whom they have not heard before.</summary>
/// <param name="Name">The net's name.</param>
/// <param name="Right_SP">By seed and held-out speaker.</param>
internal sealed record HeldOutFigures(string Name, IReadOnlyList<IReadOnlyList<double>> Right_SP)
{
    private static readonly LearnerMetric Accuracy = new("accuracy", "share of digits", MetricDirection.Higher);

    /// <summary>Each speaker's mean over seeds.</summary>
    public IReadOnlyList<double> Means_P =>
        [.. Enumerable.Range(0, Right_SP[0].Count).Select(speaker => Right_SP.Average(seed => seed[speaker]))];

    /// <summary>Each seed's share of the speaker who is understood least.</summary>
    public IReadOnlyList<double> Worst_S => [.. Right_SP.Select(seed => seed.Min())];

    /// <summary>The heads of <see cref="Row"/>.</summary>
    public static string Head(IEnumerable<string> speakers) =>
        $"{"",-20}{string.Concat(speakers.Select(name => $"{name,-9}"))}{"mean",-15}{"worst"}";

    /// <summary>Each speaker, the mean with its standard error over speakers, and the worst with its own over seeds.</summary>
    public string Row() => $"{Name,-20}{string.Concat(Means_P.Select(share => $"{Number(share),-9}"))}{Error(Means_P),-15}{Error(Worst_S)}";

    /// <summary>The differences to another net with 95 % intervals, of the mean over speakers and of the worst over seeds.</summary>
    public IReadOnlyList<string> Against(HeldOutFigures other)
    {
        var (mean, worst) = Verdicts(other);
        return [$"{Name} − {other.Name}: mean {mean.Text("speaker")}", $"{Name} − {other.Name}: worst {worst.Text("seed")}"];
    }

    /// <summary>Whether it is better than another net by more than the interval, at the mean and at the worst.</summary>
    public (PairedVerdict Mean, PairedVerdict Worst) Verdicts(HeldOutFigures other) =>
        (PairedVerdict.Of(Means_P, other.Means_P), PairedVerdict.Of(Worst_S, other.Worst_S));

    private static string Error(IReadOnlyList<double> values)
    {
        var over = MeasuredMetric.Mean(Accuracy, values);
        return Number(over.Value) + (double.IsNaN(over.StdErr) ? "" : $" ± {Number(over.StdErr)}");
    }

    private static string Number(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);
}
