using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Detection;

/// <summary>Scores boxes that any detector wrote in COCO's JSON.</summary>
internal sealed class ScoreVerb(IConfiguration configuration, IAnsiConsole console) : IVerb
{
    public static string Name => "score";

    public static string Description => "Scores a file of detections against one of annotations, both in COCO's JSON.";

    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--truth", "Score:Truth", "FILE", "The annotations."),
        new("--found", "Score:Found", "FILE", "The detections."),
    ];

    public Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            var truth = CocoFile.Read<CocoAnnotations>(Named("Score:Truth"));
            var scores = CocoScore.Of(truth, CocoFile.Read<List<CocoDetection>>(Named("Score:Found")));
            console.WriteLine($"{truth.Images.Count} images; average precision at an overlap of one half, and over ten, ± over images.");
            foreach (var score in scores)
            {
                console.WriteLine(FormattableString.Invariant(
                    $"{score.Name,-16}{score.Half.Value:F4} ± {score.Half.StdErr:F4}  {score.All.Value:F4} ± {score.All.StdErr:F4}"));
            }

            return Task.FromResult(ExitCode.Done);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or ArgumentException)
        {
            throw new ConfigurationException(wrong.Message);
        }
    }

    private string Named(string key) => configuration[key] is { Length: > 0 } path && File.Exists(path)
        ? path
        : throw new ConfigurationException($"{key} is '{configuration[key]}'; it must be a file.");
}
