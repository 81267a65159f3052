using System.Globalization;
using Spectre.Console;

namespace LibMoE.Runtime.Reporting.Evaluations;

/// <summary>What an evaluation leaves on the screen: every score with its error and chance, and what the differences are worth.</summary>
internal sealed record ScoreTable(
    EvaluationComparison Comparison, IReadOnlyList<ModelEvaluation> Evaluations, IReadOnlyList<EvaluationTask> Tasks)
{
    private bool HasSeeds => Comparison.Models.Any(model => model.Seeds.Count > 1);

    private bool HasOthers => Comparison.Models.Count > 1;

    /// <summary>Writes it.</summary>
    public void WriteTo(IAnsiConsole console)
    {
        console.Write(Scores());
        if (Summary() is { } summary)
        {
            console.Write(summary);
        }

        foreach (var paragraph in Paragraphs())
        {
            console.Write(new Text(paragraph));
            console.WriteLine();
        }
    }

    private Table Scores()
    {
        var table = NewTable("Task", "Model", ">Score", ">Chance", ">Items");
        if (HasSeeds)
        {
            table.AddColumn(Column(">± seeds"));
        }

        if (HasOthers)
        {
            table.AddColumn(Column($"Against {Comparison.Baseline}"));
        }

        foreach (var task in Enumerable.Range(0, Tasks.Count))
        {
            foreach (var (row, model) in Comparison.Models.Index())
            {
                var score = model.Tasks[task];
                List<string> cells =
                [
                    row == 0 ? score.Label : row == 1 ? Metric(score) : "", model.Name, ScoreText.Value(score),
                    ScoreText.Number(score, score.Chance),
                    score.Items.ToString("N0", CultureInfo.InvariantCulture),
                ];
                cells.AddRange(HasSeeds ? [ScoreText.Number(score, score.SeedsStdErr)] : []);
                cells.AddRange(HasOthers ? [Against(model.Name, score)] : []);
                table.AddRow([.. cells.Select(cell => new Text(cell))]);
            }
        }

        return table;
    }

    /// <summary>The summary over all tasks; null where there is one task or nothing to average.</summary>
    private Table? Summary()
    {
        if (Tasks.Count < 2 || Comparison.Models[0].MacroMean is null)
        {
            return null;
        }

        var shares = Comparison.Models[0].Tasks.Where(score => Evaluation.Metrics.Metric.All[score.Metric].IsShare).ToList();
        var table = NewTable("Model", $">Mean of {shares.Count} tasks", ">Mean of their items", ">Chance, by task");
        if (HasOthers)
        {
            table.AddColumn(Column(">Average rank"));
        }

        foreach (var model in Comparison.Models)
        {
            List<string> cells = [model.Name, ScoreText.Number(shares[0], model.MacroMean), ScoreText.Number(shares[0], model.PooledMean),
                ScoreText.Number(shares[0], model.MacroChance)];
            cells.AddRange(HasOthers ? [Figures.Number(model.AverageRank, 2)] : []);
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        return table;
    }

    private IEnumerable<string> Paragraphs()
    {
        yield return "Shares of right answers in percent, ± standard error over " + (HasSeeds ? "seeds and items; “± seeds” is the "
            + "part from seeds." : "items.")
            + (HasOthers ? " " + EvaluationWords.HowCompared(Comparison) : "");
        foreach (var model in Comparison.Models.Where(model => model.SeesOtherTokens is not null))
        {
            yield return $"{model.Name} {model.SeesOtherTokens}: it is not ranked against models that route each token alone.";
        }

        if (Evaluations[0].Results.Tasks.Where(task => task.Items.LeftOut > 0).ToList() is { Count: > 0 } limited)
        {
            yield return "Left out by the limit: " + string.Join(", ", limited.Select(task =>
                string.Create(CultureInfo.InvariantCulture, $"{task.Items.LeftOut:N0} of {task.Items.Found:N0} items of {task.Task}")))
                    + ".";
        }

        foreach (var task in Evaluations.SelectMany(evaluation => evaluation.Results.Tasks).GroupBy(task => task.Task))
        {
            var items = task.Select(result => result.Items).ToList();
            List<string> odd =
            [
                .. Odd(items.Max(counts => counts.Refused), "refused"),
                .. Odd(items.Max(counts => counts.Cut), "with a context cut on the left"),
                .. Odd(items.Max(counts => counts.Ties), "ties, which count as wrong"),
                .. Odd(items.Max(counts => counts.CloseCalls - counts.Ties), "decided by less than 0.0001 nats"),
            ];
            if (odd.Count > 0)
            {
                yield return $"{task.Key}: {string.Join(", ", odd)}{(items.Count > 1 ? " at most, by model" : "")}.";
            }
        }

        foreach (var evaluation in Evaluations.Where(evaluation => evaluation.Results.OneByOne is not null)
            .DistinctBy(evaluation => evaluation.Name))
        {
            yield return $"{evaluation.Name}: scored one sequence a call ({evaluation.Results.OneByOne}).";
        }
    }

    private static IEnumerable<string> Odd(int count, string what) =>
        count > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}")] : [];

    private string Against(string model, ModelScore score) =>
        Comparison.Comparisons.FirstOrDefault(comparison => comparison.Model == model && comparison.Task == score.Task) is { } found
            ? ScoreText.Against(score, found)
            : "";

    /// <summary>"acc, mean of groups": what the score is.</summary>
    private static string Metric(ModelScore score) => $"  {score.Metric}{(score.Mean == MeanKind.Macro ? ", mean of groups" : "")}";

    private static Table NewTable(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(Column(column));
        }

        return table;
    }

    private static TableColumn Column(string name) =>
        new TableColumn(name.TrimStart('>')).Alignment(name.StartsWith('>') ? Justify.Right : Justify.Left).Padding(0, 0, 1, 0);
}
