using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Tests.Evaluation.Comparing;

public sealed class EvaluationComparisonTests : IDisposable
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 40).Select(item => item % 4)];
    private readonly DataFolder _data = SampleTask.Data(Labels);

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Scores_are_means_over_seeds_with_the_errors_over_items_and_over_seeds()
    {
        var comparison = Compare(("Dense", 0, Knowing(10)), ("Smoe", 0, Knowing(20)), ("Smoe", 1, Knowing(30)), ("Dense", 1, Knowing(12)));

        Assert.Equal("Dense", comparison.Baseline);
        Assert.Equal([[0L, 1L], [0L, 1L]], comparison.Models.Select(model => model.Seeds));
        var score = comparison.Models[1].Tasks[0];
        Assert.Equal(25 / 40.0, score.Value, 12);
        Assert.Equal(10 / 40.0 / 2, score.SeedsStdErr!.Value, 12);
        Assert.Equal((Math.Sqrt(0.5 * 0.5 / 39) + Math.Sqrt(0.75 * 0.25 / 39)) / 2, score.StdErr!.Value, 12);
        Assert.Equal(0.25, score.Chance);
        var against = Assert.Single(comparison.Comparisons);
        Assert.Equal(("Smoe", 2, 40), (against.Model, against.Seeds, against.Items));
        Assert.Equal((25 - 11) / 40.0, against.Difference, 12);
    }

    [Fact]
    public void Verdicts_are_of_the_whole_table()
    {
        var comparison = Compare(("Dense", 0, Knowing(10)), ("A", 0, Knowing(17)), ("B", 0, Knowing(18)), ("C", 0, Knowing(10)));

        // Alone, 7 items that only one has right are p = 0.0156; as the second of three comparisons, twice that; 8 are p = 0.0078, three
        // times that.
        Assert.Equal([0.03125, 3 * 0.0078125, 1], comparison.Comparisons.Select(one => Math.Round(one.AdjustedPValue!.Value, 12)));
        Assert.Equal(["higher on these items, one seed", "higher on these items, one seed", "no significant difference"],
            comparison.Comparisons.Select(one => one.Verdict));
    }

    [Fact]
    public void A_model_that_sees_later_tokens_is_shown_and_not_ranked()
    {
        var dense = Evaluation("Dense", 0, Knowing(10));
        var choosing = Evaluation("Choosing", 0, Knowing(40)) is var seen
            ? seen with { Results = seen.Results with { SeesOtherTokens = "sees" } }
            : null!;

        var comparison = EvaluationComparison.Of([SampleTask.Choice()], [dense, Evaluation("Smoe", 0, Knowing(20)), choosing]);

        Assert.Equal([2.0, 1, null], comparison.Models.Select(model => model.AverageRank));
        Assert.Equal(Significance.NotRanked, comparison.Comparisons[1].Verdict);
        Assert.False(comparison.Comparisons[1].IsSignificant);
        Assert.Null(comparison.Comparisons[1].AdjustedPValue);
        Assert.Equal(comparison.Comparisons[0].ItemsPValue, comparison.Comparisons[0].AdjustedPValue);
    }

    [Fact]
    public void Tasks_are_averaged_alike_and_by_items_and_ranked()
    {
        using var few = SampleTask.Data([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]);
        EvaluationTask[] tasks = [SampleTask.Choice(), SampleTask.Choice() with { Name = "few" }];
        ModelEvaluation Of(string name, int many, int some)
        {
            (EvaluationTask, TaskOutcome)[] outcomes =
                [(tasks[0], new Evaluator(_data.Cache, new()).Run(Knowing(many), tasks[0])),
                    (tasks[1], new Evaluator(few.Cache, new()).Run(Knowing(some), tasks[1]))];
            return new ModelEvaluation(
                name, 0, EvaluationResults.Of(Knowing(0), outcomes, new()), [.. outcomes.Select(outcome => outcome.Item2)]);
        }

        var comparison = EvaluationComparison.Of(tasks, [Of("A", 20, 10), Of("B", 40, 5)]);

        Assert.Equal(0.75, comparison.Models[0].MacroMean!.Value, 12);
        Assert.Equal(30 / 50.0, comparison.Models[0].PooledMean!.Value, 12);
        Assert.Equal(0.25, comparison.Models[0].MacroChance!.Value, 12);
        Assert.Equal(45 / 50.0, comparison.Models[1].PooledMean!.Value, 12);
        Assert.Equal([1.5, 1.5], comparison.Models.Select(model => model.AverageRank));
    }

    [Fact]
    public void A_runs_results_get_the_scores_of_seeds_and_their_means()
    {
        var run = new SeedResult
        {
            Seed = 0,
            StructureHash = "",
            TotalParameters = 1,
            ActiveParameters = 1,
            FlopsPerToken = 1,
            TrainLoss = 1,
            ValidationLoss = 1,
            ValidationLossStdErr = 1,
            PerplexityPerByte = 1,
            TokensPerSecond = 1,
            LoadCv = null,
            DeadExperts = null,
            Tasks = new Dictionary<string, double> { ["older"] = 0.5 },
        };
        var results = new StudyResults
        {
            Machine = MachineInfo.Current(),
            Corpus = new CorpusIdentity("", ""),
            Variants =
            [
                new VariantResult
                {
                    Name = "Smoe", StructureHash = "", TotalParameters = 1, ActiveParameters = 1, FlopsPerToken = 1, TrainLoss = 1,
                    ValidationLoss = 1,
                    ValidationLossStdErr = 1, PerplexityPerByte = 1, TokensPerSecond = 1, LoadCv = null, DeadExperts = null,
                    Seeds = [run, run with { Seed = 1 }],
                },
            ],
        };

        var variant = Assert.Single(
            ResultTasks.Add(results, [Evaluation("Smoe", 0, Knowing(20)), Evaluation("Smoe", 1, Knowing(30))]).Variants);

        Assert.Equal([0.5, 0.75], variant.Seeds.Select(seed => seed.Tasks["sample"]));
        Assert.Equal(0.625, variant.Tasks["sample"], 12);
        Assert.Equal(0.5, variant.Tasks["older"]);
    }

    private EvaluationComparison Compare(params (string Name, long Seed, HandMadeScorer Scorer)[] models) =>
        EvaluationComparison.Of([SampleTask.Choice()], [.. models.Select(model => Evaluation(model.Name, model.Seed, model.Scorer))]);

    private ModelEvaluation Evaluation(string name, long seed, HandMadeScorer scorer)
    {
        var outcome = new Evaluator(_data.Cache, new()).Run(scorer, SampleTask.Choice());
        return new ModelEvaluation(name, seed, EvaluationResults.Of(scorer, [(SampleTask.Choice(), outcome)], new()), [outcome]);
    }

    /// <summary>Knows the first items, and is wrong on the others.</summary>
    private static HandMadeScorer Knowing(int first) => new(
        request => request.Part == (Labels[request.Item] + (request.Item < first ? 0 : 1)) % 4 ? -1 : -2, $"knows {first}");
}
