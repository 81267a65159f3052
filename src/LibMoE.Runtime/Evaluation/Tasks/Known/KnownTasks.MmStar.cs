namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Questions that cannot be answered without their image, 250 in each of six abilities.</summary>
    public static EvaluationTask MmStar { get; } = new()
    {
        Name = "mmstar",
        Version = 1,
        Title = "MMStar",
        Form = TaskForm.Generate,
        Sources =
        [
            new() { Files = [new("mmstar/mmstar.parquet")], Format = DataFormat.Parquet },
            new() { Files = [new("mmstar/MMStar.tsv")], Format = DataFormat.Tsv },
        ],
        Images = ["{image}"],
        Choices = ["{A?}", "{B?}", "{C?}", "{D?}"],
        OptionsVary = true,
        Options = 4,
        Chance = 0.25,
        Prompt = "{question}{$options|wrap:\n*}\nAnswer with the option's letter from the given choices directly.",
        Target = "{answer}",
        Rule = AnswerRule.MmStar,
        MaxTokens = 16,
        Until = [],
        Group = "{category}",
        Mean = MeanKind.Macro,
        Metric = MetricNames.Accuracy,
        Citation = "Chen et al. 2024, Are we on the right way for evaluating large vision-language models?, arXiv:2403.20330",
        Licence = "none stated",
        Access = "the table of Lin-Chen/MMStar, or VLMEvalKit's MMStar.tsv",
        Homepage = "https://huggingface.co/datasets/Lin-Chen/MMStar",
    };
}
