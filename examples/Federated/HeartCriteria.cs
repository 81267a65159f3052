using LibMoE.Runtime;
using static System.FormattableString;
using static Federated.MethodNames;

namespace Federated;

/// <summary>What was asked for of four hospitals before anything was trained, and whether it was reached.</summary>
/// <param name="hospitals">Their names, which the first columns are of; the next column is of all rows.</param>
/// <param name="accuracies">Of each method, by seed, by column.</param>
internal sealed class HeartCriteria(
    IReadOnlyList<string> hospitals, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<double>>> accuracies)
{
    /// <summary>How many standard errors a figure may be from FLamby's.</summary>
    private const double Errors = 2;

    /// <summary>What a part that stays local must bring, of all rows, and what it may cost a hospital against its constant.</summary>
    private const double Gain = 0.04, Loss = 0.01;

    /// <summary>A federation with a part that stays local, and the same without.</summary>
    private static readonly (string Own, string Shared)[] Parts =
    [
        (OwnBias, FedAvg), (MixtureOwnExperts, Mixture), (MixtureOwnRouter, Mixture), (MixtureOwnBiases, Mixture),
    ];

    /// <summary>Whether federations come to what FLamby publishes: |a − b| at most so many √(s²(a) + s²(b)), s standard errors over seeds,
    /// at every hospital.</summary>
    /// <param name="isFlambys">Whether the rows that are held out are FLamby's.</param>
    public string Published(bool isFlambys)
    {
        var asked = Invariant($"Asked for: accuracy at each hospital within {Errors} standard errors of what FLamby publishes");
        return !isFlambys ? $"{asked}: not measured without FLamby's split."
            : accuracies[FedAvg].Count < 2 ? $"{asked}: not to be told from one seed."
            : $"{asked}. {string.Join("; ", FlambysFigures.All.Select(one => Furthest(one.Method, one.Hospitals)))}.";
    }

    /// <summary>Whether what stays local brings enough over plain averaging, of all rows.</summary>
    public string Gains() => Invariant($"Asked for: a part kept local at least {Gain:F3} above the same federation without, of all rows. ")
        + string.Join("; ", Parts.Select(part =>
        {
            var gain = Difference(part.Own, part.Shared, hospitals.Count);
            return $"{part.Own} {Text(gain)}: {Word(gain.Mean >= Gain)}";
        })) + ".";

    /// <summary>Whether no hospital would be better off with a constant.</summary>
    public string Losses() =>
        Invariant($"Asked for: with a part kept local no hospital more than {Loss:F3} below its constant. ")
        + string.Join("; ", Parts.Select(part =>
        {
            var (worst, hospital) = hospitals.Select((name, column) => (Difference(part.Own, Constant, column), name))
                .MinBy(one => one.Item1.Mean);
            return $"{part.Own} {Text(worst)} at {hospital}: {Word(worst.Mean >= -Loss)}";
        })) + ".";

    private string Furthest(string method, IReadOnlyList<PublishedFigure> published)
    {
        var (errors, hospital) = published.Select((figure, column) =>
        {
            var own = Column(method, column);
            var (mean, error) = (own.Average(), SeedMean.Error(own));
            return (Math.Abs(mean - figure.Mean) / Math.Sqrt(error * error + figure.Error * figure.Error), hospitals[column]);
        }).MaxBy(one => one.Item1);
        return Invariant($"{method} at most {errors:F1} ({hospital}): ") + Word(errors <= Errors);
    }

    private PairedDifference Difference(string with, string without, int column) =>
        PairedDifference.Of(Column(with, column), Column(without, column));

    private List<double> Column(string method, int column) => [.. accuracies[method].Select(seed => seed[column])];

    private string Text(PairedDifference difference) => difference.Text(decimals: 3, accuracies[FedAvg].Count);

    private static string Word(bool isReached) => isReached ? "reached" : "missed";
}
