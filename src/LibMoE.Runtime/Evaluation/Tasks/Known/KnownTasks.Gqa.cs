namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Compositional questions on photographs, made from scene graphs.</summary>
    public static EvaluationTask Gqa { get; } = new()
    {
        Name = "gqa",
        Version = 1,
        Title = "GQA balanced test-dev",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [new("gqa/testdev_balanced_questions.json")],
                Format = DataFormat.Json,
                Rows = ".",
                Images = new("gqa/images.zip"),
            },
        ],
        Images = ["{imageId}.jpg"],
        Prompt = "{question}\nAnswer the question using a single word or phrase.",
        Target = "{answer}",
        Rule = AnswerRule.ShortAnswer,
        MaxTokens = 16,
        Until = [],
        Unit = "{imageId}",
        Group = "{types.structural?}",
        Metric = MetricNames.Accuracy,
        Citation = "Hudson and Manning 2019, GQA: a new dataset for real-world visual reasoning and compositional question "
            + "answering, arXiv:1902.09506",
        Licence = "CC BY 4.0",
        Access = "the balanced test-dev questions and images.zip (20 GB) as it is or unpacked into gqa/images",
        Homepage = "https://cs.stanford.edu/people/dorarad/gqa/download.html",
    };
}
