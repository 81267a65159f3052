using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>
/// Trains every variant on the ranks, and in this process alone with the whole batch and with as many micro-batches as there are ranks.
/// Each rank writes how far its own are from both into a file: <c>equality FOLDER STEPS [VARIANT…]</c>.
/// </summary>
internal static class EqualityWorker
{
    public static int Run(Ranks ranks, string[] arguments)
    {
        var (corpus, names) = (Subject.Text(), arguments[2..]);
        var steps = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        using var results = new StreamWriter(Path.Combine(arguments[0], $"rank-{ranks.Rank}.jsonl"));
        foreach (var what in Case.All.Where(what => names.Length == 0 || names.Contains(what.Name)))
        {
            using var scope = NewDisposeScope();
            var ours = Subject.Train(what, corpus, Config(1), ranks);
            var whole = Subject.Train(what, corpus, Config(1), Ranks.One);
            var parts = Subject.Train(what, corpus, Config(ranks.Size), Ranks.One);
            results.WriteLine(JsonSerializer.Serialize(new Equality(
                ranks.Rank, what.Name, ours.Slices.Any, Distance.Of(ours, whole), Distance.Of(ours, parts))));
        }

        return 0;

        TrainingConfig Config(int microBatches) => Subject.Config(microBatches) with { Steps = steps };
    }
}

/// <summary>One case on one rank.</summary>
/// <param name="Rank">Which.</param>
/// <param name="Case">The case's name.</param>
/// <param name="SharesExperts">Whether the rank had some of the experts only.</param>
/// <param name="Whole">How far it is from one pass over the whole batch.</param>
/// <param name="Parts">How far from the same micro-batches in one process.</param>
internal sealed record Equality(int Rank, string Case, bool SharesExperts, Distance Whole, Distance Parts);

/// <summary>How far one training is from another. A number that is none is as far as can be.</summary>
/// <param name="Start">The largest difference of a parameter before the first step.</param>
/// <param name="Gradients">The largest difference of a gradient of the first step.</param>
/// <param name="Loss">The largest difference of loss and balancing terms over all steps.</param>
/// <param name="Norm">The largest difference of the gradients' norm over all steps.</param>
/// <param name="State">The largest difference of a parameter or buffer after the last step.</param>
/// <param name="SamePicks">Whether every expert got as many tokens in every step.</param>
internal sealed record Distance(double Start, double Gradients, double Loss, double Norm, double State, bool SamePicks)
{
    /// <summary>Of a training, which may have some of the experts only, from one that has all.</summary>
    public static Distance Of(Trained one, Trained other) => new(
        Largest(one.Start, other.Start, one.Slices),
        Largest(one.Gradients, other.Gradients, one.Slices),
        Largest(one.Figures.Zip(other.Figures, (a, b) => Math.Abs(a.Loss + a.AuxiliaryLoss - (b.Loss + b.AuxiliaryLoss)))),
        Largest(one.Figures.Zip(other.Figures, (a, b) => Math.Abs(a.GradientNorm - b.GradientNorm))),
        Largest(one.State, other.State, one.Slices),
        one.Figures.Zip(other.Figures, (a, b) => a.Picks.Zip(b.Picks, SameCounts).All(same => same)).All(same => same));

    private static bool SameCounts(long[]? one, long[]? other) => one is null || other is null ? one == other : one.SequenceEqual(other);

    private static double Largest(
        IReadOnlyDictionary<string, Tensor> one, IReadOnlyDictionary<string, Tensor> other, ExpertSlices slices) =>
        one.Count != other.Count ? double.NaN : Largest(one.Select(entry =>
        {
            var whole = other[entry.Key];
            var own = slices.Find(entry.Key)?.Cut(whole) ?? whole;
            return (entry.Value.to(ScalarType.Float64) - own.to(ScalarType.Float64)).abs().max().item<double>();
        }));

    /// <summary>LINQ's Max leaves out what is no number.</summary>
    private static double Largest(IEnumerable<double> differences) => differences.Aggregate(0.0, Math.Max);
}
