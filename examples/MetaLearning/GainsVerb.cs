using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace MetaLearning;

/// <summary>What meta-learning is worth in a finished study: differences of accuracy between beginnings, at equal seeds and on the same
/// tasks.</summary>
internal sealed class GainsVerb(IConfiguration configuration, IAnsiConsole console) : IVerb
{
    /// <summary>What gains, and on what.</summary>
    private static readonly (OuterLoop One, OuterLoop Other)[] Pairs =
    [
        (OuterLoop.Reptile, OuterLoop.None), (OuterLoop.FirstOrderMaml, OuterLoop.None), (OuterLoop.Pretraining, OuterLoop.None),
        (OuterLoop.Reptile, OuterLoop.Pretraining), (OuterLoop.FirstOrderMaml, OuterLoop.Pretraining),
    ];

    public static string Name => "gains";

    public static string Description => "Shows what each beginning gains over others in a finished study.";

    public static IReadOnlyList<VerbOption> Options =>
        [new("--run", "Gains:Run", "FOLDER", "The study's folder. [default: runs/meta-learning]")];

    public Task<int> RunAsync(CancellationToken stop)
    {
        var run = configuration["Gains:Run"] ?? Path.Combine("runs", "meta-learning");
        if (!File.Exists(Path.Combine(run, StudyResults.FileName)))
        {
            throw new ConfigurationException(
                $"Gains:Run is '{run}', which has no {StudyResults.FileName}; name a finished study's folder.");
        }

        var results = StudyResults.Read(run);
        var metrics = results.Variants[0].Metrics.Where(metric => metric.Direction == MetricDirection.Higher).ToList();
        console.WriteLine("Differences of shares of queries, ± standard error over seeds:");
        foreach (var (net, beginnings) in Gain.Nets(results))
        {
            foreach (var (one, other) in Pairs)
            {
                if (beginnings.TryGetValue($"{one}", out var with) && beginnings.TryGetValue($"{other}", out var without))
                {
                    console.WriteLine(
                        $"{net,-9} {one} − {other}: "
                        + string.Join(", ", metrics.Select(metric => $"{metric.Name} {Gain.Of(metric.Name, with, without)}")));
                }
            }
        }

        console.WriteLine(GainCriterion.Asked.Of(results));
        return Task.FromResult(ExitCode.Done);
    }
}
