using System.Globalization;
using System.Text.RegularExpressions;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Search;

/// <summary>Replays searches on a study of the whole family: how good is the best after so many trainings, and how soon is one of the best
/// 2 % found?</summary>
internal sealed partial class ReplayVerb(IConfiguration configuration, IAnsiConsole console) : IVerb
{
    private const int Replays = 500;
    private const double Best = 0.02;
    private const int Budget = 40;

    private static readonly int[] Looks = [10, 20, 40, 80];

    public static string Name => "replay";

    public static string Description =>
        "Replays random search, regularised evolution and coordinate descent on a finished study of the family.";

    public static IReadOnlyList<VerbOption> Options => [new("--run", "Replay:Run", "FOLDER", "The study's folder. [default: runs/search]")];

    public Task<int> RunAsync(CancellationToken stop)
    {
        var results = StudyResults.Read(configuration["Replay:Run"] ?? Path.Combine("runs", "search"));
        var measured = results.Variants.Where(variant => NameOf(variant).Contains('_', StringComparison.Ordinal))
            .ToDictionary(
                variant => string.Join(' ', GenomeOf(variant)), variant => (variant.ValidationLoss, Flops: (double)variant.FlopsPerToken));
        var genomes = measured.Keys.Select(key => key.Split(' ')).ToList();
        var space = new Space(
            [.. Enumerable.Range(0, genomes[0].Length).Select(place => genomes.Select(genome => genome[place]).Distinct().ToList())],
            genome => measured[string.Join(' ', genome)].ValidationLoss);
        var sorted = measured.Values.Select(point => point.ValidationLoss).Order().ToList();
        var reference = (sorted[sorted.Count / 2], measured.Values.Max(point => point.Flops) * 1.01);
        var whole = Hypervolume.Of(measured.Values, reference);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{measured.Count} genomes, losses from {sorted[0]:F3} to {sorted[^1]:F3}; {Replays} replays of each search."));
        foreach (var (name, run) in Searches.All)
        {
            var trials = Enumerable.Range(0, Replays)
                .Select(seed => run(space, new Random(seed)).Select(genome => string.Join(' ', genome))
                    .Take(100 * measured.Count).Distinct().Select(key => measured[key]).ToList())
                .ToList();
            var found = trials.ConvertAll(trial =>
                1 + trial.FindIndex(point => point.ValidationLoss <= sorted[(int)Math.Ceiling(Best * sorted.Count) - 1]));
            var volumes = trials.ConvertAll(trial => Hypervolume.Of(trial.Take(Budget), reference) / whole);
            var mean = volumes.Average();
            var error = Math.Sqrt(volumes.Sum(volume => (volume - mean) * (volume - mean)) / (Replays - 1) / Replays);
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-22} regret after {string.Join(", ", Looks)}: "
                + $"{string.Join(", ", Looks.Select(look => Regret(trials, look, sorted[0])))};"
                + $" trials to the best {Best:P0}: median {found.Order().ElementAt(Replays / 2)}, mean {found.Average():F0};"
                + $" hypervolume at {Budget}: {mean:F3} ± {error:F3} of all"));
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static string Regret(List<List<(double ValidationLoss, double Flops)>> trials, int look, double best) =>
        trials.Average(trial => trial.Take(look).Min(point => point.ValidationLoss) - best).ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>Without the settings of the grid; members of the family have their genes behind underscores.</summary>
    private static string NameOf(VariantResult variant) => variant.Variant ?? variant.Name;

    /// <summary>What the family varies, as its members' names have it, and the settings of the grid.</summary>
    private static IEnumerable<string> GenomeOf(VariantResult variant) =>
        Gene().Split(NameOf(variant)).Skip(1)
            .Concat((variant.Settings ?? new Dictionary<string, string>()).OrderBy(setting => setting.Key, StringComparer.Ordinal)
                .Select(setting => setting.Value));

    /// <summary>A gene begins with a capital letter: <c>TopK2_Coefficient0_03</c> is two.</summary>
    [GeneratedRegex("_(?=[A-Z])")]
    private static partial Regex Gene();
}
