using Humanizer;
using Spectre.Console;

namespace LibMoE.Runtime.Reporting;

/// <summary>What a study leaves on the screen: the table, the yardsticks, and what it says in words.</summary>
/// <param name="Results">The figures.</param>
/// <param name="Runs">The runs behind them.</param>
/// <param name="Notes">What a reader must know before comparing.</param>
/// <param name="Texts">What was trained on; empty where the texts are not at hand.</param>
internal sealed record StudyReport(
    StudyResults Results, IReadOnlyCollection<TrainingResult> Runs, IEnumerable<string> Notes, IReadOnlyList<CorpusFacts> Texts)
{
    public void WriteTo(IAnsiConsole console)
    {
        console.Write(ResultTable.Of(Results, Runs, console.Profile.Width));
        if (Results.Baselines is { Count: > 0 })
        {
            foreach (var line in BaselineTable.Lines(Results))
            {
                console.WriteWhole(line);
            }

            console.WriteLine();
        }

        foreach (var paragraph in Paragraphs())
        {
            console.Write(new Text(paragraph));
            console.WriteLine();
        }
    }

    private IEnumerable<string> Paragraphs()
    {
        var count = Runs.Select(run => run.Seed).Distinct().Count();
        var items = Runs.All(run => run.Metrics is null) ? "sequences" : "examples";
        yield return $"{Measured()}, ± standard error over {(count > 1 ? $"seeds and {items}" : $"{items} alone")}; "
            + $"{"seed".ToQuantity(count)}, {Steps()}, {Tokens()} tokens each."
            + (Results.Variants.Any(variant => variant.SeesOtherTokens is not null) ? " * sees later tokens: not ranked against the "
            + "others." : "");
        foreach (var text in Texts)
        {
            yield return $"Corpus: {text.Name}, {Figures.Count(text.TrainTokens)} tokens to train on and "
                + $"{Figures.Count(text.HeldOutTokens)} held out. Counting single tokens gives a loss of "
                + $"{Figures.Loss(text.Entropy.Unigram)}, counting pairs {Figures.Loss(text.Entropy.Bigram)}: what is below "
                + "that was learned.";
        }

        foreach (var note in Notes.Concat(Runs.Select(Divergence.Of).OfType<string>()).Concat(Findings.Of(Runs)))
        {
            yield return note;
        }
    }

    private string Measured()
    {
        if (Runs.All(run => run.Metrics is null))
        {
            return "Loss in nats per token";
        }

        var metrics = Results.Variants[0].HeldOut;
        var all = string.Join(", ", metrics.Take(BaselineTable.Shown).Select(MetricWords.Explained))
            + (metrics.Count > BaselineTable.Shown ? $", and {metrics.Count - BaselineTable.Shown} more in {StudyResults.FileName}" : "");
        return char.ToUpperInvariant(all[0]) + all[1..];
    }

    private string Steps()
    {
        var steps = Runs.Select(run => run.History[^1].Steps).Distinct().Order().ToList();
        return steps.Count == 1 ? $"{steps[0]} steps" : $"{steps[0]} to {steps[^1]} steps";
    }

    private string Tokens()
    {
        var tokens = Runs.Select(run => Figures.Count(run.TokensPerSecond * run.WallSeconds)).Distinct().ToList();
        return tokens.Count == 1 ? tokens[0] : "up to " + Figures.Count(Runs.Max(run => run.TokensPerSecond * run.WallSeconds));
    }
}
