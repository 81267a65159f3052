using LibMoE.Runtime;
using static System.FormattableString;

namespace Federated;

/// <summary>What was asked for of members with skewed labels before anything was trained: plain averaging is to come close to all data in
/// one place where α = 0.1.</summary>
internal static class SkewCriterion
{
    public const double Alpha = 0.1;

    public const string DenseFedAvg = "Dense, FedAvg", MixtureFedAvg = "mixture, FedAvg";

    /// <summary>How many points averaging may be below.</summary>
    private const double Allowed = 0.05;

    /// <summary>Epochs over all data in one place.</summary>
    public const int Epochs = 8;

    public static string DensePooled { get; } = Pooled("Dense", Epochs);

    public static string MixturePooled { get; } = Pooled("mixture", Epochs);

    /// <summary>The name of a model for all members, of all data.</summary>
    public static string Pooled(string net, int epochs) => Invariant($"{net}, pooled, {epochs} epochs");

    /// <summary>Whether it was reached.</summary>
    /// <param name="accuracies">Of each method that was run with this α: the share right of all kinds, by seed.</param>
    public static string Of(IReadOnlyDictionary<string, IReadOnlyList<double>> accuracies)
    {
        var asked = Invariant($"Asked for: with α = {Alpha} FedAvg at most {Allowed:F3} below all data in one place, of all kinds");
        List<string> differences =
        [
            .. from pair in new[] { (Averaged: DenseFedAvg, Pooled: DensePooled), (Averaged: MixtureFedAvg, Pooled: MixturePooled) }
               where accuracies.ContainsKey(pair.Averaged) && accuracies.ContainsKey(pair.Pooled)
               let loss = PairedDifference.Of(accuracies[pair.Averaged], accuracies[pair.Pooled])
               let words = loss.Text(decimals: 3, accuracies[pair.Averaged].Count)
               select $"{pair.Averaged} {words}: {(loss.Mean >= -Allowed ? "reached" : "missed")}",
        ];
        return differences.Count == 0 ? $"{asked}: not measured." : $"{asked}. {string.Join("; ", differences)}.";
    }
}
