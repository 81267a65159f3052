namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Questions about what is written in a photograph, each answered by ten people.</summary>
    public static EvaluationTask TextVqa { get; } = new()
    {
        Name = "textvqa",
        Version = 1,
        Title = "TextVQA validation",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [new("textvqa/TextVQA_0.5.1_val.json")],
                Format = DataFormat.Json,
                Rows = "data",
                Images = new("textvqa/train_val_images.zip"),
                Fields = new Dictionary<string, string>
                {
                    ["image"] = "{image_id}.jpg",
                },
            },
            new() { Files = [new("textvqa/validation.parquet")], Format = DataFormat.Parquet },
        ],
        Images = ["{image}"],
        Prompt = "{question}\nAnswer the question using a single word or phrase.",
        Target = "{answers.0}",
        Accepted = ["{answers}"],
        Rule = AnswerRule.TextVqa,
        MaxTokens = 16,
        Until = [],
        Unit = "{image_id}",
        Metric = MetricNames.SoftAccuracy,
        Citation = "Singh et al. 2019, Towards VQA models that can read, arXiv:1904.08920",
        Licence = "CC BY 4.0",
        Access = "TextVQA_0.5.1_val.json and train_val_images.zip (7 GB) as it is or its folder train_images as textvqa/train_val_images",
        Homepage = "https://textvqa.org/dataset",
    };
}
