namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Elementary science facts put to use, without the book.</summary>
    public static EvaluationTask OpenBookQa { get; } = new()
    {
        Name = "openbookqa",
        Version = 2,
        Title = "OpenBookQA test",
        Form = TaskForm.Choice,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("openbookqa/OpenBookQA-V1-Sep2018.zip")
                    {
                        Entries = "*/Data/Main/test.jsonl",
                        Sha256 = "82368cf05df2e3b309c17d162e10b888b4d768fad6e171e0a041954c8553be46",
                        Url = "https://s3-us-west-2.amazonaws.com/ai2-website/data/OpenBookQA-V1-Sep2018.zip",
                    },
                ],
                Format = DataFormat.JsonLines,
                Fields = new Dictionary<string, string> { ["stem"] = "{question.stem}", ["answers"] = "{question.choices.text}" },
                Answer = "{answerKey}",
                AnswerNames = ["{question.choices.label}"],
            },
            new()
            {
                Files = [new("openbookqa/test.parquet")],
                Format = DataFormat.Parquet,
                Fields = new Dictionary<string, string> { ["stem"] = "{question_stem}", ["answers"] = "{choices.text}" },
                Answer = "{answerKey}",
                AnswerNames = ["{choices.label}"],
            },
        ],
        Prompt = "{stem}",
        Choices = ["{answers}"],
        Metric = MetricNames.AccuracyByCharacter,
        Options = 4,
        Chance = 0.25,
        Citation = "Mihaylov et al. 2018, Can a suit of armor conduct electricity?, arXiv:1809.02789",
        Licence = "Apache-2.0",
        Homepage = "https://allenai.org/data/open-book-qa",
    };
}
