using System.Globalization;
using Domains;
using LibMoE.Runtime;
using Spectre.Console;

namespace Speech;

/// <summary>Which experts speakers go to: how much experts tell of who speaks, beside how much they tell of the digit.</summary>
internal sealed class ExpertsVerb(StudyOptions study, TrainingConfig training, IAnsiConsole console) : IVerb
{
    private const int Permutations = 1000;

    public static string Name => "experts";

    public static string Description => "Shows which experts each speaker's clean speech goes to, and how much they tell of who speaks.";

    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--seeds", "Study:Seeds", "N", "How many seeds each mixture is trained with. [default: 3]"),
        new("--steps", "Training:Steps", "N", "Optimiser steps. [default: 300]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: 1 for small steps, else one per physical core]"),
    ];

    public static IReadOnlyDictionary<string, string?> Quick { get; } =
        new Dictionary<string, string?> { ["Study:Seeds"] = "1", ["Training:Steps"] = "20" };

    public Task<int> RunAsync(CancellationToken stop)
    {
        var data = SpokenDigits.Load(groups: SpokenDigits.BySpeaker);
        console.WriteLine($"{data.Test.Count} utterances of clean speech, {study.Seeds} seeds, {training.Steps} steps");
        foreach (var mixture in new[] { MoeVariant.Of<FrameMoe>(), MoeVariant.Of<UtteranceMoe>() })
        {
            for (var seed = training.Seed; seed < training.Seed + study.Seeds; seed++)
            {
                using var net = new TrainedNet(data, mixture, training with { Seed = seed }, stop);
                var (_, picks_NE) = net.Hear(data.Test);
                console.WriteLine($"{mixture.Name}, seed {seed}");
                var (speakers, digits) = (
                    new Kind("speaker", data.Test.Groups!, data.Groups.Count), new Kind("digit", data.Test.Labels, data.Classes.Count));
                console.WriteLine(Told(picks_NE, speakers, digits));
                console.WriteLine(Told(picks_NE, digits, speakers));
                if (seed == training.Seed)
                {
                    Show(picks_NE, data);
                }
            }
        }

        return Task.FromResult(ExitCode.Done);
    }

    /// <summary>How much experts tell of a kind, and how much chance alone lets them tell: where it changes places among utterances that
    /// are alike in the other kind.</summary>
    private static string Told(IReadOnlyList<int[]> picks_NE, Kind kind, Kind other)
    {
        var permuted = ClassInformation.Permuted(picks_NE, kind.Of_N, kind.Count, Permutations, other.Of_N);
        return $"  I(expert; {kind.Name}) {Number(ClassInformation.Of(picks_NE, kind.Of_N, kind.Count))} nats, with {kind.Name}s permuted "
            + $"among equal {other.Name}s {Number(permuted.Average())}, at most {Number(permuted.Max())} of {Permutations}";
    }

    /// <summary>The shares that experts have of each speaker's picks.</summary>
    private void Show(IReadOnlyList<int[]> picks_NE, ClassifierData data)
    {
        foreach (var (speaker, name) in data.Groups.Index())
        {
            var own_NE = picks_NE.Where((_, row) => data.Test.Groups![row] == speaker).ToList();
            double all = own_NE.Sum(picks => picks.Sum());
            console.WriteLine($"  {name,-10}" + string.Concat(Enumerable.Range(0, own_NE[0].Length)
                .Select(expert => (own_NE.Sum(picks => picks[expert]) / all).ToString("0.00", CultureInfo.InvariantCulture) + " ")));
        }
    }

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private sealed record Kind(string Name, IReadOnlyList<int> Of_N, int Count);
}
