using System.Globalization;
using Domains;
using LibMoE.Runtime;
using Spectre.Console;

namespace Translation;

/// <summary>What experts have to do with languages: how much they tell of them, and whether a language loses more than the others where the
/// expert is taken away that it has the largest part of.</summary>
internal sealed class ExpertsVerb(StudyOptions study, TrainingConfig training, Lazy<TranslationData> data, IAnsiConsole console) : IVerb
{
    private const int Permutations = 1000;

    public static string Name => "experts";

    public static string Description => "Shows what experts have to do with languages, and takes each away.";

    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--seeds", "Study:Seeds", "N", "How many seeds the mixture is trained with. [default: 3]"),
        new("--steps", "Training:Steps", "N", "Optimiser steps. [default: 1800]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: 1 for small steps, else one per physical core]"),
    ];

    public static IReadOnlyDictionary<string, string?> Quick { get; } = new Dictionary<string, string?>
    {
        ["Study:Seeds"] = "1",
        ["Training:Steps"] = "10",
        ["Training:Batch"] = "32",
        ["Training:ValidationSequences"] = "48",
    };

    public Task<int> RunAsync(CancellationToken stop)
    {
        var languages = data.Value.Test.Take(training.ValidationSequences).Select(pair => pair.Pair.Language).ToList();
        console.WriteLine($"{languages.Count} pairs, {study.Seeds} seeds, {training.Steps} steps; what is lost where an expert is taken "
            + "away is in nats for each piece of a translation, ± one standard error over pairs.");
        var costs = Enumerable.Range(0, study.Seeds).Select(seed => Of(training.Seed + seed, languages, stop)).ToList();
        foreach (var (language, name) in SentencePair.Languages.Index())
        {
            var more = PairedDifference.Of(
                costs.ConvertAll(seed => seed[language].Own), costs.ConvertAll(seed => seed[language].Others));
            console.WriteLine($"Without {name}'s expert {name} loses {more.Text(decimals: 4)} more than the "
                + "other languages (mean over seeds)");
        }

        return Task.FromResult(ExitCode.Done);
    }

    /// <summary>What each language, and what the others, lose without the expert that it has the largest part of.</summary>
    private (double Own, double Others)[] Of(long seed, List<int> languages, CancellationToken stop)
    {
        TorchSharp.torch.random.manual_seed(seed);
        var setup = new LearnerSetup(MoeVariant.Of<TranslationMoe>(), training with { Seed = seed });
        using var learner = new TranslationLearner(setup, data.Value);
        _ = Trainer.Train(learner, setup.Training, cancellation: stop);
        var whole = learner.Read(languages.Count, new MoeContext { Losses = false });
        console.WriteLine($"seed {seed}");
        foreach (var (layer, picks_NE) in whole.Picks_BNE.Index())
        {
            var told = ClassInformation.Of(picks_NE, languages, SentencePair.Languages.Count);
            var permuted = ClassInformation.Permuted(picks_NE, languages, SentencePair.Languages.Count, Permutations);
            console.WriteLine($"{NameOf(layer)}: I(expert; language) {Number(told)} nats, with languages permuted at most "
                + $"{Number(permuted.Max())} of {Permutations}");
        }

        var without = Without(learner, whole, stop);
        return [.. SentencePair.Languages.Select((_, language) => Tell(language, languages, whole, without))];
    }

    /// <summary>The losses of all pairs without each expert of each layer.</summary>
    private static List<List<IReadOnlyList<double>>> Without(TranslationLearner learner, PairReading whole, CancellationToken stop) =>
    [
        .. whole.Picks_BNE.Select((picks_NE, layer) => Enumerable.Range(0, picks_NE[0].Length).Select(expert =>
        {
            stop.ThrowIfCancellationRequested();
            var away = new TakenAway(layer, expert, whole.Picks_BNE.Count);
            return learner.Read(whole.Losses_N.Count, new MoeContext { Losses = false, Reroute = away.Reroute }).Losses_N;
        }).ToList()),
    ];

    private (double Own, double Others) Tell(
        int language, List<int> languages, PairReading whole, List<List<IReadOnlyList<double>>> without)
    {
        var (layer, most, share) = LanguageCosts.MostOf(whole.Picks_BNE, languages, language);
        var costs = SentencePair.Languages.Select((_, other) => Cost(most, own => own == other)).ToList();
        var elsewhere = Enumerable.Range(0, without[layer].Count).Where(expert => expert != most)
            .Average(expert => Cost(expert, own => own == language).Mean);
        console.WriteLine($"{SentencePair.Languages[language]}'s expert, {most} of {NameOf(layer)}, {Percent(share)} of its picks: "
            + string.Join(", ", SentencePair.Languages.Zip(costs, (name, cost) => $"{name} loses {cost.Text(decimals: 4)}"))
            + $"; without another of the layer {SentencePair.Languages[language]} loses {PairedDifference.Signed(elsewhere, decimals: 4)}");
        return (costs[language].Mean, Cost(most, own => own != language).Mean);

        PairedDifference Cost(int expert, Predicate<int> isMeant) =>
            LanguageCosts.Of(without[layer][expert], whole.Losses_N, languages, isMeant);
    }

    private static string NameOf(int layer) =>
        $"{(layer < TranslationNet.Blocks ? "encoder" : "decoder")} block {layer % TranslationNet.Blocks}";

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);
}
