using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Reporting;

namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>Studies in which no variant differs from the baseline: any finding is an error.</summary>
internal static class NoDifferenceStudies
{
    /// <summary>How often a study of losses reports a variant as better or worse, by its words.</summary>
    /// <param name="studies">How many studies.</param>
    /// <param name="seeds">Seeds of each.</param>
    /// <param name="variants">Variants beside the baseline.</param>
    /// <param name="ofSeeds">Standard deviation of what a seed changes, the same for all its sequences.</param>
    /// <param name="ofItems">Standard deviation of what a sequence changes for a variant, the same for all seeds.</param>
    /// <param name="draw">Of the random numbers.</param>
    public static int Losses(int studies, int seeds, int variants, double ofSeeds, double ofItems, int draw)
    {
        const int Sequences = 40;
        var random = new Random(draw);
        return Enumerable.Range(0, studies).Count(_ =>
        {
            var hard = Normals(random, Sequences, 1);
            var runs = Enumerable.Range(0, variants + 1).SelectMany(variant =>
            {
                var own = Normals(random, Sequences, ofItems);
                return Enumerable.Range(0, seeds).Select(seed =>
                {
                    var shift = ofSeeds * Normal(random);
                    return Run.Of(variant == 0 ? "Dense" : $"V{variant}", seed,
                        [.. Enumerable.Range(0, Sequences).Select(item => 3 + hard[item] + own[item] + shift + 0.1 * Normal(random))]);
                });
            }).ToList();
            var first = Findings.Of(runs)[0];
            return first.Contains("below Dense", StringComparison.Ordinal) || first.Contains("above Dense", StringComparison.Ordinal);
        });
    }

    /// <summary>The same for scores on a task, by the verdicts of <c>evaluate</c>.</summary>
    public static int Scores(int studies, int seeds, double ofSeeds, double ofItems, int draw)
    {
        const int Items = 60;
        var task = SampleTask.Choice(2);
        var random = new Random(draw);
        return Enumerable.Range(0, studies).Count(_ =>
        {
            var hard = Normals(random, Items, 1);
            return TaskComparison.Of(task, ("ours", Model()), ("theirs", Model())).Verdict is "better" or "worse";

            List<TaskOutcome> Model()
            {
                var own = Normals(random, Items, ofItems);
                return [.. Enumerable.Range(0, seeds).Select(_ =>
                {
                    var shift = ofSeeds * Normal(random);
                    return Outcome(
                        [.. Enumerable.Range(0, Items).Select(item => hard[item] + own[item] + shift + 0.5 * Normal(random) > 0)]);
                })];
            }
        });
    }

    private static TaskOutcome Outcome(IReadOnlyList<bool> right) => new()
    {
        Task = "sample",
        Found = right.Count,
        Items =
        [
            .. right.Select((isRight, index) => new ItemOutcome
            {
                Index = index, Gold = isRight ? 0 : 1, LogLikelihoods = [-1, -2], Tokens = [1, 1], Characters = [1, 1], Bytes = [1, 1],
            }),
        ],
        Refused = [],
        Files = new Dictionary<string, string>(),
        IgnoredEntries = 0,
    };

    private static double[] Normals(Random random, int count, double deviation) =>
        [.. Enumerable.Range(0, count).Select(_ => deviation * Normal(random))];

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
