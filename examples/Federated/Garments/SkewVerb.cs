using System.Globalization;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Federated;

/// <summary>Runs every method on garments whose kinds members have unequally often, with every seed.</summary>
internal sealed class SkewVerb(StudyOptions study, IConfiguration configuration, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "skew";

    /// <inheritdoc />
    public static string Description => "Compares federations on garments of which each member has its own kinds.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--seeds", "Study:Seeds", "N", "How many seeds each method runs with. [default: 5]"),
        new("--alpha", "Skew:Alpha", "X,…", "α of the members' shares of each kind; the smaller, the more unequal. [default: 0.1,100]"),
        new("--members", "Skew:Members", "N", "Among how many the pictures are divided. [default: 10]"),
        new("--methods", "Skew:Methods", "TEXT", "Only methods with this in their names. [default: all]"),
        new("--epochs", "Skew:Epochs", "N", "Rounds, each of one epoch of every member. [default: 25]"),
    ];

    /// <inheritdoc />
    public static IReadOnlyDictionary<string, string?> Quick { get; } =
        new Dictionary<string, string?> { ["Study:Seeds"] = "1", ["Skew:Epochs"] = "1" };

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop)
    {
        double[] alphas = [.. (configuration["Skew:Alpha"] ?? "0.1,100").Split(',').Select(Alpha)];
        var (members, rounds) = (Number("Skew:Members", 10), Number("Skew:Epochs", 25));
        var all = SkewedGarments.Load();
        console.WriteLine(
            $"Accuracy on {all.Test.Count} garments, {members} members with {all.Train.Count} in all, {study.Seeds} seeds, "
            + $"{rounds} rounds: of all kinds, and of each member's own kinds as often as it has them; ± one standard error over seeds.");
        var heads = alphas.SelectMany(alpha => new[] { Text($"α = {alpha}, all"), Text($"α = {alpha}, own") });
        console.WriteLine($"{"",-34}{string.Concat(heads.Select(head => $"{head,16}"))}");
        var asked = configuration["Skew:Methods"] ?? "";
        var accuracies = new Dictionary<string, IReadOnlyList<double>>();
        foreach (var method in SkewMethod.All(new FederatedOptions { Rounds = rounds, Members = members })
            .Where(method => method.Name.Contains(asked, StringComparison.Ordinal)))
        {
            var columns = new List<string>();
            foreach (var alpha in alphas)
            {
                var figures = Enumerable.Range(0, study.Seeds).Select(seed =>
                {
                    stop.ThrowIfCancellationRequested();
                    var garments = SkewedGarments.Of(all, members, alpha, seed);
                    return garments.Accuracies(method.Say(garments, seed));
                }).ToList();
                var allKinds = figures.ConvertAll(figure => figure.AllKinds);
                if (alpha == SkewCriterion.Alpha)
                {
                    accuracies[method.Name] = allKinds;
                }

                columns.Add(SeedMean.Text(allKinds));
                columns.Add(SeedMean.Text(figures.ConvertAll(figure => figure.OwnKinds)));
            }

            console.WriteLine($"{method.Name,-34}{string.Concat(columns.Select(column => $"{column,16}"))}");
        }

        console.WriteLine(SkewCriterion.Of(accuracies));
        return Task.FromResult(ExitCode.Done);
    }

    private static double Alpha(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var alpha) && alpha is >= 0.01 and <= 1e6
            ? alpha
            : throw new ConfigurationException($"Skew:Alpha is '{text}'; it must be numbers from 0.01 to 1000000 with commas between.");

    private int Number(string key, int otherwise) => configuration[key] is not { } text ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 100
            ? number
            : throw new ConfigurationException($"{key} is '{text}'; it must be a number from 1 to 100.");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
