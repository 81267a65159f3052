using System.Globalization;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Search;

/// <summary>Compares the Pareto fronts of searches that were run, pair by pair: the area of loss and FLOPs that each dominates.</summary>
internal sealed class FrontsVerb(IConfiguration configuration, IAnsiConsole console) : IVerb
{
    public static string Name => "fronts";

    public static string Description => "Compares the hypervolumes of searches with those of their rivals, run by run.";

    public static IReadOnlyList<VerbOption> Options =>
    [
        new("--searches", "Fronts:Searches", "A,B,…", "Folders of runs."),
        new("--rivals", "Fronts:Rivals", "A,B,…", "Folders of as many others."),
    ];

    public Task<int> RunAsync(CancellationToken stop)
    {
        var (searches, rivals) = (Read("Fronts:Searches"), Read("Fronts:Rivals"));
        if (searches.Count != rivals.Count || searches.Count == 0)
        {
            throw new ConfigurationException(
                $"Fronts:Searches names {searches.Count} runs and Fronts:Rivals {rivals.Count}; they must be as many, and at least one.");
        }

        List<(double Loss, double Flops)> all = [.. searches.Concat(rivals).SelectMany(run => run)];
        var losses = all.Select(point => point.Loss).Order().ToList();
        var reference = (losses[losses.Count / 2], all.Max(point => point.Flops) * 1.01);
        var whole = Hypervolume.Of(all, reference);
        double[] one = [.. searches.Select(Share)], other = [.. rivals.Select(Share)];
        var difference = PairedDifference.Of(one, other);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Shares of the hypervolume of all: {Text(one)} against {Text(other)}; difference "
            + $"{difference.Text(decimals: 3)}, one standard error over {one.Length} pairs{Interval(difference, one.Length)}."));
        return Task.FromResult(ExitCode.Done);

        double Share(List<(double, double)> points) => Hypervolume.Of(points, reference) / whole;
    }

    private static string Interval(PairedDifference difference, int pairs) =>
        pairs < 2 ? "" : $"; 95 % interval {difference.Interval(pairs, decimals: 3)}";

    private List<List<(double Loss, double Flops)>> Read(string key) =>
    [
        .. (configuration[key] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(run => StudyResults.Read(run).Variants
            .Select(variant => (variant.ValidationLoss, (double)variant.FlopsPerToken)).ToList()),
    ];

    private static string Text(IEnumerable<double> shares) =>
        string.Join(", ", shares.Select(share => share.ToString("F3", CultureInfo.InvariantCulture)));
}
