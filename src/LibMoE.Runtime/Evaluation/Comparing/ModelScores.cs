using System.Text.Json.Serialization;
using LibMoE.Runtime.Evaluation.Metrics;

namespace LibMoE.Runtime;

/// <summary>A model's scores on all tasks, and the means over them.</summary>
public sealed record ModelScores
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The seeds that its scores are means over.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>The scores, in the order of the tasks.</summary>
    public required IReadOnlyList<ModelScore> Tasks { get; init; }

    /// <summary>How the model lets a token see others of its call, later ones included, so that it is not ranked; absent where it does
    /// not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SeesOtherTokens { get; init; }

    /// <summary>The mean over tasks of the place among the models; see <see cref="Runtime.AverageRank"/>. Null with a single model, and for
    /// one that sees later tokens.</summary>
    public double? AverageRank { get; init; }

    /// <summary>The mean of the tasks' shares of right answers, every task alike; null without such tasks.</summary>
    public required double? MacroMean { get; init; }

    /// <summary>The share of right answers over the items of all tasks, every item alike; null without such tasks.</summary>
    public required double? PooledMean { get; init; }

    /// <summary>What guessing gives <see cref="MacroMean"/>.</summary>
    public required double? MacroChance { get; init; }

    /// <summary>The scores of one model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seeds">Its evaluations; tasks that not all of them have are left out.</param>
    internal static ModelScores Of(string name, IReadOnlyList<ModelEvaluation> seeds)
    {
        var common = seeds[0].Results.Tasks.Select(task => task.Label)
            .Where(name => seeds.All(seed => seed.Results.Tasks.Any(task => task.Label == name)))
            .Select(name => seeds.Select(seed => seed.Results.Tasks.First(task => task.Label == name)).ToList())
            .ToList();
        var tasks = common.ConvertAll(ModelScore.Of);
        var shares = tasks.Where(IsShare).ToList();
        var pooled = common.SelectMany(task => task).Where(task => Metric.All[task.Score.Name].IsShare)
            .Select(task => (Right: Pooled(task) * task.Items.Used, task.Items.Used)).ToList();
        return new ModelScores
        {
            Name = name,
            Seeds = [.. seeds.Select(seed => seed.Seed)],
            SeesOtherTokens = seeds[0].Results.SeesOtherTokens,
            Tasks = tasks,
            MacroMean = shares.Count == 0 ? null : shares.Average(score => score.Value),
            PooledMean = pooled.Count == 0 ? null : pooled.Sum(task => task.Right) / pooled.Sum(task => task.Used),
            MacroChance = shares.Count == 0 ? null : shares.Average(score => score.Chance ?? 0),
        };
    }

    private static bool IsShare(ModelScore score) => Metric.All[score.Metric].IsShare;

    private static double Pooled(TaskResult task) =>
        task.Metrics.First(metric => metric.Name == task.Score.Name && metric.Mean == MeanKind.Pooled).Value;
}
