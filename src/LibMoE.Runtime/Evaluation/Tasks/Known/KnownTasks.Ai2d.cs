namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Multiple choice on diagrams from school books.</summary>
    public static EvaluationTask Ai2d { get; } = new()
    {
        Name = "ai2d",
        Version = 1,
        Title = "AI2D test",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [new("ai2d/AI2D_TEST.tsv")],
                Format = DataFormat.Tsv,
                Answer = "{answer}",
                AnswerNames = ["A", "B", "C", "D"],
            },
            new()
            {
                Files = [new("ai2d/test.parquet")],
                Format = DataFormat.Parquet,
                Answer = "{answer}",
            },
        ],
        Images = ["{image}"],
        Choices = ["{A?}", "{B?}", "{C?}", "{D?}", "{options?}"],
        OptionsVary = true,
        Options = 4,
        Chance = 0.25,
        Prompt = "{question}\n{$options}\nAnswer with the option's letter from the given choices directly.",
        Rule = AnswerRule.Letter,
        MaxTokens = 16,
        Until = [],
        Metric = MetricNames.Accuracy,
        Citation = "Kembhavi et al. 2016, A diagram is worth a dozen images, arXiv:1603.07396",
        Licence = "CC BY-SA 4.0",
        Access = "VLMEvalKit's AI2D_TEST.tsv, or the test table of lmms-lab/ai2d as test.parquet",
        Homepage = "https://prior.allenai.org/projects/diagram-understanding",
    };
}
