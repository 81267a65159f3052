namespace LibMoE.Runtime.Studies;

/// <summary>Puts the scores of tasks into a run's results, beside those of other tasks.</summary>
internal static class ResultTasks
{
    /// <summary>The results with the scores; variants get the means over their seeds.</summary>
    public static StudyResults Add(StudyResults results, IReadOnlyList<ModelEvaluation> evaluations)
    {
        var scores = evaluations.ToDictionary(evaluation => (evaluation.Name, evaluation.Seed), evaluation => evaluation.Results.Scores);
        return results with { Variants = [.. results.Variants.Select(Add)] };

        VariantResult Add(VariantResult variant)
        {
            var seeds = variant.Seeds.Select(seed => scores.TryGetValue((variant.Name, seed.Seed), out var added)
                ? seed with { Tasks = Join(seed.Tasks, added) }
                : seed).ToList();
            return variant with { Seeds = seeds, Tasks = Means([.. seeds.Select(seed => seed.Tasks)]) };
        }
    }

    /// <summary>Each task's mean over those that have it.</summary>
    public static IReadOnlyDictionary<string, double> Means(IReadOnlyList<IReadOnlyDictionary<string, double>> seeds) =>
        seeds.SelectMany(seed => seed)
            .GroupBy(score => score.Key).ToDictionary(task => task.Key, task => task.Average(score => score.Value));

    /// <summary>The scores together; of a task in both, the added one.</summary>
    public static IReadOnlyDictionary<string, double> Join(
        IReadOnlyDictionary<string, double> old, IReadOnlyDictionary<string, double> added) =>
        new Dictionary<string, double>(old.Where(score => !added.ContainsKey(score.Key)).Concat(added));
}
