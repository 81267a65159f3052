namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>Scores on tasks with chosen figures.</summary>
internal static class SampleEvaluation
{
    public static EvaluationResults Of(string variant, params (string Task, double Score, double StdErr, double? Chance)[] tasks) => new()
    {
        Model = variant,
        ModelSha256 = new string('a', 64),
        TokenizerSha256 = new string('b', 64),
        Precision = "Float32",
        Context = 256,
        Tasks =
        [
            .. tasks.Select(task => new TaskResult
            {
                Task = task.Task,
                Title = task.Task,
                Version = 1,
                TaskSha256 = new string('c', 64),
                Shots = 0,
                Metrics =
                [
                    new MetricResult
                    {
                        Name = "acc", Mean = MeanKind.Pooled, Value = task.Score, StdErr = task.StdErr, BootstrapStdErr = null,
                        Chance = task.Chance, HigherIsBetter = true,
                    },
                ],
                Groups = new Dictionary<string, GroupResult>(),
                Items = new ItemCounts
                {
                    Found = 500, Used = 500, Refused = 0, LeftOut = 0, Cut = 0, CutTokens = 0, Ties = 0, CloseCalls = 0, IgnoredEntries = 0
                },
                Refused = [],
                Files = new Dictionary<string, string>(),
                Citation = "",
                Licence = "",
            }),
        ],
    };
}
