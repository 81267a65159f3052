using System.Text.Json;

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
        var models = evaluations.GroupBy(evaluation => evaluation.Name).Select(seeds => (Name: seeds.Key, Seeds: seeds.OrderBy(seed => seed.Seed).ToList())).ToList();
        var baseline = models.Find(model => model.Name == MoeVariant.Dense) is { Name: not null } dense ? dense : models[0];
        var scores = models.ConvertAll(model => ModelScores.Of(model.Name, model.Seeds));
        return new EvaluationComparison
        {
            Baseline = baseline.Name,
            Models = scores.Count == 1 ? scores : [.. Ranks(scores).Zip(scores, (rank, score) => score with { AverageRank = rank })],
            Comparisons =
            [
                .. from model in models
                   where model.Name != baseline.Name
                   from task in tasks.Index()
                   select Compare(task.Item, task.Index, model, baseline),
            ],
        };
    }

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Indented);

    private static double[] Ranks(List<ModelScores> scores) => AverageRank.Of(
        [.. scores.Select(model => (IReadOnlyList<double>)[.. model.Tasks.Select(task => task.Value)])],
        [.. scores[0].Tasks.Select(task => !task.HigherIsBetter)]);

    /// <summary>Over the seeds that both have.</summary>
    private static TaskComparison Compare(
        EvaluationTask task, int index, (string Name, List<ModelEvaluation> Seeds) model, (string Name, List<ModelEvaluation> Seeds) baseline)
    {
        var pairs = model.Seeds.Join(baseline.Seeds, ours => ours.Seed, theirs => theirs.Seed, (ours, theirs) => (Ours: ours, Theirs: theirs)).ToList();
        pairs = pairs.Count > 0 ? pairs : [(model.Seeds[0], baseline.Seeds[0])];
        return TaskComparison.Of(
            task,
            (model.Name, [.. pairs.Select(pair => pair.Ours.Outcomes[index])]),
            (baseline.Name, [.. pairs.Select(pair => pair.Theirs.Outcomes[index])]));
    }
}
