using System.Globalization;

namespace LibMoE.Runtime;

/// <summary>One row per variant, means over its seeds.</summary>
internal static class SummarySection
{
    public static ReportSection? Of(StudyRecord study)
    {
        if (study.Results is not { Variants.Count: > 0 } results)
        {
            return null;
        }

        var scores = TaskScore.Of(study).ToDictionary(score => (score.Variant, score.Task), score => score.Over);
        var rows = results.Variants.Select(variant => new Row(variant, study.Finished, scores)).ToList();
        var best = results.Variants.Where(variant => double.IsFinite(variant.ValidationLoss)).MinBy(variant => variant.ValidationLoss);
        var tasks = results.Variants.SelectMany(variant => variant.Tasks.Keys).Union(scores.Keys.Select(score => score.Task)).ToList();
        var shown = ReportTable.Of(rows)
            .Text("Variant", row => row.Figures.Name)
            .Number("Validation loss", row => Runtime.Figures.Loss(row.Figures.ValidationLoss, row.Figures.ValidationLossStdErr))
            .Number("Against Dense", row => row.AgainstDense)
            .Number("Perpl. / byte", row => Runtime.Figures.Number(row.Figures.PerplexityPerByte, 2))
            .Number("Parameters", row => Runtime.Figures.Count(row.Figures.TotalParameters))
            .Number("Active", row => Runtime.Figures.Count(row.Figures.ActiveParameters))
            .Number("FLOPs / token", row => Runtime.Figures.Count(row.Figures.FlopsPerToken))
            .Number("Tokens/s", row => Runtime.Figures.Count(row.Figures.TokensPerSecond))
            .Number("Load CV", row => Runtime.Figures.Number(row.Figures.LoadCv, 2))
            .Number("Dead experts", row => Runtime.Figures.Number(row.Figures.DeadExperts, row.Figures.DeadExperts % 1 > 0 ? 1 : 0))
            .Number("Seeds", row => row.Figures.Seeds.Count.ToString(CultureInfo.InvariantCulture))
            .Mark(row => row.Figures == best && rows.Count > 1);
        var data = FigureTable.Of(rows)
            .Text("variant", row => row.Figures.Name)
            .Number("validation_loss", row => row.Figures.ValidationLoss)
            .Number("validation_loss_std_err", row => row.Figures.ValidationLossStdErr)
            .Number("difference_to_dense", row => row.Comparison?.Difference)
            .Number("difference_std_err", row => row.Comparison?.StandardError)
            .Number("train_loss", row => row.Figures.TrainLoss)
            .Number("perplexity_per_byte", row => row.Figures.PerplexityPerByte)
            .Number("total_parameters", row => row.Figures.TotalParameters)
            .Number("active_parameters", row => row.Figures.ActiveParameters)
            .Number("flops_per_token", row => row.Figures.FlopsPerToken)
            .Number("tokens_per_second", row => row.Figures.TokensPerSecond)
            .Number("load_cv", row => row.Figures.LoadCv)
            .Number("dead_experts", row => row.Figures.DeadExperts)
            .Number("seeds", row => row.Figures.Seeds.Count);
        foreach (var task in tasks)
        {
            shown.Number(task, row => row.Over(task) is { } over ? Runtime.Figures.Loss(over.Mean, over.StandardError) : Runtime.Figures.Number(row.Score(task), 3));
            data.Number(task, row => row.Score(task)).Number(task + "_std_err", row => row.Over(task)?.StandardError);
        }

        return new ReportSection("summary", "Summary", [shown.Make("summary", Caption(tasks), data.Make())]);
    }

    private static string Caption(List<string> tasks) =>
        "Means over seeds; the lowest validation loss is bold. Losses are in nats per token, ± one standard error over held-out sequences. "
        + "“Against Dense” is the difference in validation loss, paired by seed and sequence; it counts as better or worse from two standard errors. "
        + "Load CV is the coefficient of variation of picks per expert (0: even)."
        + (tasks.Count > 0 ? " Task columns are scores, ± one standard error; see Tasks below for what guessing gives." : "");

    private sealed record Row(
        VariantResult Figures, IReadOnlyList<TrainingResult> Runs, IReadOnlyDictionary<(string Variant, string Task), SeedMean> Scores)
    {
        public Comparison? Comparison { get; } = Figures.Name == MoeVariant.Dense
            ? null
            : Comparison.Of(Runs.Where(run => run.Name == Figures.Name), Runs.Where(run => run.Name == MoeVariant.Dense));

        public string AgainstDense => Comparison switch
        {
            null => Runtime.Figures.None,
            { IsBetter: true } better => Runtime.Figures.Difference(better.Difference, better.StandardError) + " better",
            { IsWorse: true } worse => Runtime.Figures.Difference(worse.Difference, worse.StandardError) + " worse",
            var equal => Runtime.Figures.Difference(equal.Difference, equal.StandardError) + " unclear",
        };

        /// <summary>The score with its error; null where only the score is known.</summary>
        public SeedMean? Over(string task) => Scores.GetValueOrDefault((Figures.Name, task));

        public double? Score(string task) => Figures.Tasks.TryGetValue(task, out var score) ? score : Over(task)?.Mean;
    }
}
