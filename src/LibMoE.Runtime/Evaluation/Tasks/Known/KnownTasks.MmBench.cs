namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Multiple choice in 20 abilities, each question asked with its options in every rotation.</summary>
    public static EvaluationTask MmBench { get; } = new()
    {
        Name = "mmbench",
        Version = 1,
        Title = "MMBench English development, circular",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [new("mmbench/MMBench_DEV_EN.tsv")],
                Format = DataFormat.Tsv,
                Only = MmBenchRows,
                Rotate = true,
                Answer = "{answer}",
                AnswerNames = ["A", "B", "C", "D"],
            },
            new()
            {
                Files = [new("mmbench/mmbench_dev_20230712.tsv")],
                Format = DataFormat.Tsv,
                Only = MmBenchRows,
                Rotate = true,
                Answer = "{answer}",
                AnswerNames = ["A", "B", "C", "D"],
            },
        ],
        Images = ["{image}"],
        Choices = ["{A}", "{B}", "{C?}", "{D?}"],
        OptionsVary = true,
        Prompt = "{hint?|wrap:*\n}{question}\n{$options}\nAnswer with the option's letter from the given choices directly.",
        Rule = AnswerRule.CircularLetter,
        MaxTokens = 16,
        Until = [],
        Unit = "{index}",
        Group = "{category?}",
        Metric = MetricNames.CircularAccuracy,
        Citation = "Liu et al. 2023, MMBench: is your multi-modal model an all-around player?, arXiv:2307.06281",
        Licence = "Apache 2.0",
        Access = "either table",
        Homepage = "https://github.com/open-compass/MMBench",
    };

    /// <summary>Later tables hold the rotations as rows of their own, from 1,000,000 on; they are made of the first ones here.</summary>
    private static Dictionary<string, string> MmBenchRows => new() { ["{index}"] = "^[0-9]{1,6}$" };
}
