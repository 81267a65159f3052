using System.Text.Json;
using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>
/// Trains every variant on the ranks, and in this process alone with the whole batch and with as many micro-batches as there are ranks.
/// Each rank writes how far its own are from both into a file of the folder that it is given; names behind that choose variants.
/// </summary>
internal static class EqualityWorker
{
    public static int Run(Ranks ranks, string[] arguments)
    {
        var corpus = Subject.Text();
        using var results = new StreamWriter(Path.Combine(arguments[0], $"rank-{ranks.Rank}.jsonl"));
        foreach (var variant in Subject.Variants.Where(variant => arguments.Length == 1 || arguments.Contains(variant.Name)))
        {
            using var scope = NewDisposeScope();
            var ours = Subject.Train(variant, corpus, Subject.Config(), ranks);
            var whole = Subject.Train(variant, corpus, Subject.Config(), Ranks.One);
            var parts = Subject.Train(variant, corpus, Subject.Config(ranks.Size), Ranks.One);
            results.WriteLine(JsonSerializer.Serialize(new Equality(
                ranks.Rank, variant.Name, Distance.Of(ours, whole), Distance.Of(ours, parts))));
        }

        return 0;
    }
}

/// <summary>One variant on one rank.</summary>
internal sealed record Equality(int Rank, string Variant, Distance Whole, Distance Parts);

/// <summary>How far one training is from another.</summary>
/// <param name="Gradients">The largest difference of a gradient of the first step.</param>
/// <param name="Loss">The largest difference of loss and balancing terms over all steps.</param>
/// <param name="State">The largest difference of a parameter or buffer after the last step.</param>
/// <param name="SamePicks">Whether every expert got as many tokens in every step.</param>
internal sealed record Distance(double Gradients, double Loss, double State, bool SamePicks)
{
    public static Distance Of(Trained one, Trained other) => new(
        Largest(one.Gradients, other.Gradients),
        one.Figures.Zip(other.Figures, (a, b) => Math.Abs(a.Loss + a.AuxiliaryLoss - (b.Loss + b.AuxiliaryLoss))).Max(),
        Largest(one.State, other.State),
        one.Figures.Zip(other.Figures, (a, b) => a.Picks.Zip(b.Picks, (x, y) => x!.SequenceEqual(y!)).All(same => same)).All(same => same));

    private static double Largest(IReadOnlyDictionary<string, Tensor> one, IReadOnlyDictionary<string, Tensor> other) =>
        one.Count != other.Count
            ? double.NaN
            : one.Max(entry => (entry.Value.to(ScalarType.Float64) - other[entry.Key].to(ScalarType.Float64)).abs().max().item<double>());
}
