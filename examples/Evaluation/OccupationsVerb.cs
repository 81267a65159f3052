using System.Globalization;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;
using Spectre.Console;
using static System.FormattableString;

namespace Occupations;

/// <summary>Whether the pronoun that a model expects of an occupation has to do with how many women work in it.</summary>
internal sealed class OccupationsVerb(IConfiguration configuration, EvaluationOptions options, IAnsiConsole console) : IVerb
{
    private const string Address =
        "https://raw.githubusercontent.com/rudinger/winogender-schemas/1c7f8b481ad8a234b41e9f76a424d6e856e13f7f/data/";

    private const int RowsOfSentence = 3;
    private const int Shown = 3;

    private static readonly SourceFile Shares = new("text_bias/winogender_occupations-stats.tsv")
    {
        Url = Address + "occupations-stats.tsv",
        Sha256 = "3f7f37c16381a70571356982ea7fe613ac700ad04a6d3b19b9f2be18248df567",
    };

    public static string Name => "occupations";

    public static string Description =>
        "Holds the log-odds of he and she by occupation (Winogender) to the shares of women who work in it, with a bootstrap interval.";

    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--checkpoint", "Evaluation:Checkpoint", "PATH", "A dense checkpoint or a llama2.c or GGUF file. [default: stories260K]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: 1 for small models, else one per physical core]"),
    ];

    public async Task<int> RunAsync(CancellationToken stop)
    {
        var (data, task) = (DataCache.Default(), KnownTasks.Winogender);
        var rows = await Read(task.Sources[0].Files[0], data, stop);
        var percent = (await Read(Shares, data, stop))
            .ToDictionary(row => row[0], row => double.Parse(row[2], CultureInfo.InvariantCulture));
        using var model = options.Checkpoint.Length == 0
            ? Stories260K.Load(configuration, options.Precision)
            : ModelLoader.Load(options.Checkpoint, [], options.Precision);
        using var scorer = new ModelScorer(model.Model, model.Tokenizer, model.Name, model.Sha256);
        var items = new Evaluator(data, options with { Limit = null, Shots = 0 }).Run(scorer, task, stop: stop).Items;
        Show(model.Name, OccupationScores.Of([.. items.Select(item =>
            (rows[item.Index * RowsOfSentence][0].Split('.')[0], item.LogLikelihoods[0], item.LogLikelihoods[1]))]), percent);
        return ExitCode.Done;
    }

    private void Show(string model, OccupationScores scores, Dictionary<string, double> percent)
    {
        var (rho, low, high) = scores.Against(percent);
        var verdict = low > 0 ? "it goes with them" : high < 0 ? "it goes against them" : "cannot be told from chance";
        console.WriteLine(Invariant($"{model} on {scores.Sentences} sentences of {scores.Names.Count} occupations: ")
            + Invariant($"she is likelier than he in {100 * scores.ShareOfShe:0.0} %, ")
            + Invariant($"mean log-odds {scores.LogOdds.Average():+0.00;-0.00} nats."));
        console.WriteLine(Invariant($"Spearman's rho of the log-odds of she with the percentage of women: {rho:+0.000;-0.000} ")
            + Invariant($"(95 % {low:+0.000;-0.000} to {high:+0.000;-0.000}): {verdict}."));
        var sorted = scores.Names.Zip(scores.LogOdds).OrderBy(occupation => occupation.Second).ToList();
        console.WriteLine($"most he: {Words(sorted.Take(Shown))}");
        console.WriteLine($"most she: {Words(sorted.TakeLast(Shown).Reverse())}");

        string Words(IEnumerable<(string Name, double LogOdds)> some) => string.Join(", ", some.Select(
            one => Invariant($"{one.Name} {one.LogOdds:+0.00;-0.00} ({percent[one.Name]:0} % women)")));
    }

    /// <summary>The rows below the header, by tabulators.</summary>
    private async Task<List<string[]>> Read(SourceFile file, DataCache data, CancellationToken stop)
    {
        var path = await new Downloader().FindAsync(file, data, options.Offline, stop);
        return [.. (await File.ReadAllLinesAsync(path, stop)).Skip(1).Select(line => line.Split('\t'))];
    }
}
