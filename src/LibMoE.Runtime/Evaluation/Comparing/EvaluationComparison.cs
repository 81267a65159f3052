using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>Models side by side on the same items: the content of <c>comparison.json</c>. It holds no times.</summary>
public sealed record EvaluationComparison
{
    /// <summary>The file's name in the folder of a run.</summary>
    public const string FileName = "comparison.json";

    /// <summary>The version of this layout.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The model that the others are compared with: the one named <c>Dense</c>, or else the first.</summary>
    public required string Baseline { get; init; }

    /// <summary>The models' scores, in the order in which they were asked for.</summary>
    public required IReadOnlyList<ModelScores> Models { get; init; }

    /// <summary>Every other model against the baseline, task by task.</summary>
    public required IReadOnlyList<TaskComparison> Comparisons { get; init; }

    /// <summary>Compares models.</summary>
    /// <param name="tasks">The tasks that all of them were evaluated on.</param>
    /// <param name="evaluations">The evaluations; those of one name are the seeds of one model.</param>
    public static EvaluationComparison Of(IReadOnlyList<EvaluationTask> tasks, IReadOnlyList<ModelEvaluation> evaluations)
    {
        var models = evaluations.GroupBy(evaluation => evaluation.Name)
            .Select(seeds => (Name: seeds.Key, Seeds: seeds.OrderBy(seed => seed.Seed).ToList())).ToList();
        var baseline = models.Find(model => model.Name == MoeVariant.Dense) is { Name: not null } dense ? dense : models[0];
        var scores = models.ConvertAll(model => ModelScores.Of(model.Name, model.Seeds));
        return new EvaluationComparison
        {
            Baseline = baseline.Name,
            Models = Ranked(scores),
            Comparisons = TaskComparison.OfTable(
            [
                .. from model in models
                   where model.Name != baseline.Name
                   from task in tasks.Index()
                   select Compare(task.Item, task.Index, model, baseline),
            ]),
        };
    }

    /// <summary>This comparison and what an earlier one of the same folder says of other tasks and models.</summary>
    /// <param name="earlier">The earlier one; null for none.</param>
    /// <param name="evaluations">The evaluations that this one is of.</param>
    internal EvaluationComparison With(EvaluationComparison? earlier, IReadOnlyList<ModelEvaluation> evaluations)
    {
        if (earlier is null)
        {
            return this;
        }

        var mine = evaluations.Select(evaluation => evaluation with { Results = evaluation.WithEarlier ?? evaluation.Results })
            .GroupBy(evaluation => evaluation.Name)
            .Select(seeds => ModelScores.Of(seeds.Key, [.. seeds.OrderBy(seed => seed.Seed)])).ToList();
        var models = mine.Concat(earlier.Models.Where(model => mine.TrueForAll(one => one.Name != model.Name))).ToList();
        return this with
        {
            Baseline = models.Exists(model => model.Name == MoeVariant.Dense) ? MoeVariant.Dense : Baseline,
            Models = Ranked(models),
            Comparisons = [.. earlier.Comparisons.Where(IsStillTrue), .. Comparisons],
        };

        // Of one pair, both were scored on the same items; once one of them is scored again, that is gone.
        bool IsStillTrue(TaskComparison old) => IsUntouched(old.Model, old.Task) && IsUntouched(old.Baseline, old.Task);

        bool IsUntouched(string model, string task) =>
            evaluations.All(one => one.Name != model || one.Results.Tasks.All(scored => scored.Task != task))
            && models.Exists(one => one.Name == model && one.Tasks.Any(score => score.Task == task));
    }

    /// <summary>What an earlier evaluation left in a folder; null where there is none that can be read.</summary>
    internal static EvaluationComparison? Find(string folder)
    {
        try
        {
            var path = Path.Combine(folder, FileName);
            return File.Exists(path) ? JsonSerializer.Deserialize<EvaluationComparison>(File.ReadAllText(path), RunJson.Indented) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Indented);

    /// <summary>With their ranks, over the tasks that all of them have. Models that see later tokens have no place among
    /// those that do not.</summary>
    private static IReadOnlyList<ModelScores> Ranked(List<ModelScores> scores)
    {
        var ranked = scores.FindAll(score => score.SeesOtherTokens is null);
        var ranks = ranked.Count > 1 ? Ranks(ranked) : null;
        return [.. scores.Select(score => score with { AverageRank = ranked.IndexOf(score) is >= 0 and var place ? ranks?[place] : null })];
    }

    private static double[]? Ranks(List<ModelScores> scores)
    {
        var common = scores[0].Tasks.Where(task => scores.TrueForAll(model => model.Tasks.Any(one => one.Label == task.Label))).ToList();
        return common.Count == 0 ? null : AverageRank.Of(
            [.. scores.Select(
                model => (IReadOnlyList<double>)[.. common.Select(task => model.Tasks.First(one => one.Label == task.Label).Value)])],
            [.. common.Select(task => !task.HigherIsBetter)]);
    }

    /// <summary>Over the seeds that both have.</summary>
    private static TaskComparison Compare(
        EvaluationTask task, int index, (string Name, List<ModelEvaluation> Seeds) model,
        (string Name, List<ModelEvaluation> Seeds) baseline)
    {
        var pairs = model.Seeds.Join(
            baseline.Seeds, ours => ours.Seed, theirs => theirs.Seed, (ours, theirs) => (Ours: ours, Theirs: theirs)).ToList();
        pairs = pairs.Count > 0 ? pairs : [(model.Seeds[0], baseline.Seeds[0])];
        var compared = TaskComparison.Of(
            task,
            (model.Name, [.. pairs.Select(pair => pair.Ours.Outcomes[index])]),
            (baseline.Name, [.. pairs.Select(pair => pair.Theirs.Outcomes[index])]));
        var alike = pairs[0].Ours.Results.SeesOtherTokens is null == pairs[0].Theirs.Results.SeesOtherTokens is null;
        return alike ? compared : compared with { NotRanked = Significance.NotRanked };
    }
}
