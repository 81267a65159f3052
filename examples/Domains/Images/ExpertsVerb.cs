using System.Globalization;
using Domains;
using LibMoE.Runtime;
using Spectre.Console;
using static TorchSharp.torch;

namespace Images;

/// <summary>The mixture against its dense net image by image, what its experts tell of classes, and what it loses where they take half
/// of the patches.</summary>
internal sealed class ExpertsVerb(StudyOptions study, TrainingConfig training, Lazy<ClassifierData> images, IAnsiConsole console) : IVerb
{
    private const int Permutations = 1000;
    private const int Batch = 100;
    private const double Share = 0.5;

    public static string Name => "experts";

    public static string Description => "Compares the mixture with dense image by image, and shows what its experts tell of classes.";

    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--images", "Images", "NAME", $"What is learned: {ImageSets.Names}. [default: {ImageSets.Default}]"),
        new("--seeds", "Study:Seeds", "N", "How many seeds both are trained with. [default: 3]"),
        new("--steps", "Training:Steps", "N", "Optimiser steps. [default: 600]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: 1 for small steps, else one per physical core]"),
    ];

    public static IReadOnlyDictionary<string, string?> Quick { get; } =
        new Dictionary<string, string?> { ["Study:Seeds"] = "1", ["Training:Steps"] = "10" };

    public Task<int> RunAsync(CancellationToken stop)
    {
        var data = images.Value;
        console.WriteLine($"{data.Name}, {data.Test.Count} images, {training.Steps} steps");
        var drops = new List<(double Priority, double Random)>();
        for (var seed = training.Seed; seed < training.Seed + study.Seeds; seed++)
        {
            var (learner, net) = Trained(data, null, seed, stop);
            using var owner = learner;
            var dense = Right(net, data, reroute: null, picks_NE: null);
            var (mixed, mixture) = Trained(data, MoeVariant.Of<PatchMoe>(), seed, stop);
            using var mixtureOwner = mixed;
            var picks_NE = new List<int[]>();
            var whole = Right(mixture, data, reroute: null, picks_NE);
            Tell(seed, PairedCounts.Of(whole, dense), picks_NE, data);
            drops.Add((Drop(LimitedPicks.Of(Share, random: null)), Drop(LimitedPicks.Of(Share, new Random((int)seed)))));

            double Drop(Func<Routing, Picks> rule) => Accuracy(whole) - Accuracy(Right(mixture, data, rule, picks_NE: null));
        }

        var (priority, random) = (Mean(drops.Select(drop => drop.Priority)), Mean(drops.Select(drop => drop.Random)));
        console.WriteLine($"Experts take {Share.ToString(CultureInfo.InvariantCulture)} of the picks: accuracy falls by {priority} where "
            + $"the surest patches come first, by {random} by chance (mean over seeds)");
        return Task.FromResult(ExitCode.Done);
    }

    /// <summary>A trained net, and the learner that owns it.</summary>
    private (ClassifierLearner Owner, PatchNet Net) Trained(
        ClassifierData data, MoeVariant? mixture, long seed, CancellationToken stop)
    {
        random.manual_seed(seed);
        var setup = new LearnerSetup(mixture, training with { Seed = seed });
        var net = new PatchNet(setup, data);
        var learner = new ClassifierLearner(setup, data, net) { Tokens = net.Patches };
        _ = Trainer.Train(learner, setup.Training, cancellation: stop);
        return (learner, net);
    }

    /// <summary>Whether a net is right on each image; how often patches pick each expert goes to <paramref name="picks_NE"/>.</summary>
    private static List<bool> Right(PatchNet net, ClassifierData data, Func<Routing, Picks>? reroute, List<int[]>? picks_NE)
    {
        using var quiet = no_grad();
        net.eval();
        var right = new List<bool>();
        foreach (var part in Enumerable.Range(0, data.Test.Count).Chunk(Batch))
        {
            using var scope = NewDisposeScope();
            var (logits_NC, routings) = net.forward(data.Test.Batch(part), new MoeContext { Losses = false, Reroute = reroute });
            right.AddRange(logits_NC.argmax(1).data<long>().Zip(part, (label, image) => label == data.Test.Labels[image]));
            picks_NE?.AddRange(routings[0].Experts!.data<long>().ToArray().Chunk((int)(routings[0].Experts!.numel() / part.Length))
                .Select(own => Counts(own, (int)routings[0].Logits!.shape[1])));
        }

        return right;
    }

    private static int[] Counts(long[] experts, int slots) =>
        [.. Enumerable.Range(0, slots).Select(slot => experts.Count(own => own == slot))];

    private void Tell(long seed, PairedCounts pairs, List<int[]> picks_NE, ClassifierData data)
    {
        var told = ClassInformation.Of(picks_NE, data.Test.Labels, data.Classes.Count);
        var permuted = ClassInformation.Permuted(picks_NE, data.Test.Labels, data.Classes.Count, Permutations);
        console.WriteLine($"seed {seed}: mixture − dense {PairedDifference.Signed(pairs.Difference, decimals: 4)} "
            + FormattableString.Invariant($"± {pairs.HalfWidth:0.0000} (95 %; alone right on {pairs.First} and {pairs.Second}, p ")
            + FormattableString.Invariant($"{pairs.Chance:0.000}); I(expert; class) {told:0.0000} ")
            + FormattableString.Invariant($"nats, with classes permuted {permuted.Average():0.0000}, at most {permuted.Max():0.0000} of ")
            + $"{Permutations}");
    }

    private static double Accuracy(List<bool> right) => right.Average(each => each ? 1.0 : 0);

    private static string Mean(IEnumerable<double> seeds) => seeds.Average().ToString("0.0000", CultureInfo.InvariantCulture);
}
