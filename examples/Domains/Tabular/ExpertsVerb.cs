using System.Globalization;
using LibMoE.Runtime;
using Spectre.Console;

namespace Tabular;

/// <summary>What the experts of a mixture have to do with people's groups: how much they tell of them, what each decides, and whether the
/// gaps close where the one that tells most is taken away.</summary>
internal sealed class ExpertsVerb(StudyOptions study, TrainingConfig training, IAnsiConsole console) : IVerb
{
    private const int Permutations = 20;

    public static string Name => "experts";

    public static string Description => "Shows what experts have to do with women and men on UCI Adult, and takes each away.";

    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--seeds", "Study:Seeds", "N", "How many seeds the mixture is trained with. [default: 3]"),
        new("--steps", "Training:Steps", "N", "Optimiser steps. [default: 400]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: 1 for small steps, else one per physical core]"),
    ];

    public static IReadOnlyDictionary<string, string?> Quick { get; } =
        new Dictionary<string, string?> { ["Study:Seeds"] = "1", ["Training:Steps"] = "10" };

    public Task<int> RunAsync(CancellationToken stop)
    {
        var data = Tables.Load(Tables.Default);
        var seeds = Enumerable.Range(0, study.Seeds).Select(seed => Of(data, training.Seed + seed, stop)).ToList();
        console.WriteLine($"{data.Test.Count} people, {study.Seeds} seeds, {training.Steps} steps; ± one standard error over seeds.");
        console.WriteLine($"I(expert; sex | income): {Error(seeds.ConvertAll(seed => seed.Told), "0.0000")} nats, with sexes permuted "
            + $"{Error(seeds.ConvertAll(seed => seed.Permuted), "0.0000")}");
        Show("as it is", seeds.ConvertAll(seed => seed.AsItIs));
        Show("without the most telling", seeds.ConvertAll(seed => seed.WithoutMost));
        Show("without another", seeds.ConvertAll(seed => seed.WithoutOther));
        Show("difference of the two", seeds.ConvertAll(seed => seed.WithoutMost - seed.WithoutOther));
        seeds[0].ByExpert.ToList().ForEach(line => console.WriteLine(line));
        return Task.FromResult(ExitCode.Done);
    }

    private SeedFigures Of(ClassifierData data, long seed, CancellationToken stop)
    {
        TorchSharp.torch.random.manual_seed(seed);
        var setup = new LearnerSetup(MoeVariant.Of<Smoe>(), training with { Seed = seed });
        var net = new TableNet(setup, data);
        using var learner = new ClassifierLearner(setup, data, net);
        _ = Trainer.Train(learner, setup.Training, cancellation: stop);
        var (people, asItIs) = (data.Test, Decisions.Of(net, data.Test));
        var experts = setup.Mixture!.Declaration.RoutableExperts;
        var without = Enumerable.Range(0, experts).Select(expert => Decisions.Of(net, people, expert).Measure(people)).ToList();
        var most = GroupInformation.MostTelling(asItIs.Experts, people.Groups!);
        return new SeedFigures(
            GroupInformation.Of(asItIs.Experts, people.Groups!, people.Labels),
            GroupInformation.Permuted(asItIs.Experts, people.Groups!, people.Labels, Permutations).Average(),
            asItIs.Measure(people), without[most],
            Fairness.Mean([.. without.Where((_, expert) => expert != most)]),
            [.. Enumerable.Range(0, experts).Select(expert => Line(asItIs, people, expert, most))]);
    }

    /// <summary>Of the people for whom an expert weighs most: who they are and what is said of them.</summary>
    private static string Line(Decisions said, LabelledRows people, int expert, int most)
    {
        var own = Enumerable.Range(0, people.Count).Where(person => said.Experts[person] == expert).ToList();
        if (own.Count == 0)
        {
            return $"expert {expert}: nobody";
        }

        var (women, right) = (
            Share(own, person => people.Groups![person] == 0), Share(own, person => said.Yes[person] == (people.Labels[person] == 1)));
        return FormattableString.Invariant(
            $"expert {expert}: {own.Count} people, women {women:0.00}, accuracy {right:0.000}, yes to women {Yes(0):0.000}, ")
            + FormattableString.Invariant($"to men {Yes(1):0.000}") + (expert == most ? ", the most telling" : "");

        double Yes(int group) => Share(own.Where(person => people.Groups![person] == group), person => said.Yes[person]);
    }

    private static double Share(IEnumerable<int> people, Func<int, bool> holds) =>
        people.Select(person => holds(person) ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average();

    private void Show(string name, List<Fairness> seeds) => console.WriteLine(
        $"{name,-26}accuracy {Error(seeds.ConvertAll(seed => seed.Accuracy))}, parity gap {Error(seeds.ConvertAll(seed => seed.Parity))}, "
        + $"odds gap {Error(seeds.ConvertAll(seed => seed.Odds))}");

    private static string Error(List<double> seeds, string format = "0.000")
    {
        var mean = seeds.Average();
        var error = seeds.Count < 2 ? 0 : Math.Sqrt(seeds.Sum(seed => (seed - mean) * (seed - mean)) / (seeds.Count - 1) / seeds.Count);
        return $"{mean.ToString(format, CultureInfo.InvariantCulture)} ± {error.ToString(format, CultureInfo.InvariantCulture)}";
    }

    private sealed record SeedFigures(
        double Told, double Permuted, Fairness AsItIs, Fairness WithoutMost, Fairness WithoutOther, IReadOnlyList<string> ByExpert);
}
