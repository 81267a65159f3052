namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Grade-school science questions that word statistics cannot answer.</summary>
    public static EvaluationTask ArcChallenge { get; } = new()
    {
        Name = "arc_challenge",
        Version = 2,
        Title = "ARC-Challenge test",
        Form = TaskForm.Choice,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("arc/ARC-V1-Feb2018.zip")
                    {
                        Entries = "*/ARC-Challenge-Test.jsonl",
                        Sha256 = "6d2d5ab50b2ceec6ba5f79c921be77cf2de712ea25a2b3f4fff3acc101cecfa0",
                        Url = "https://s3-us-west-2.amazonaws.com/ai2-website/data/ARC-V1-Feb2018.zip",
                    },
                ],
                Format = DataFormat.JsonLines,
                Fields = new Dictionary<string, string> { ["stem"] = "{question.stem}", ["answers"] = "{question.choices.text}" },
                Answer = "{answerKey}",
                // Most questions letter their options, some number them.
                AnswerNames = ["{question.choices.label}"],
            },
            new()
            {
                Files = [new("arc/ARC-Challenge-test.parquet")],
                Format = DataFormat.Parquet,
                Fields = new Dictionary<string, string> { ["stem"] = "{question}", ["answers"] = "{choices.text}" },
                Answer = "{answerKey}",
                AnswerNames = ["{choices.label}"],
            },
        ],
        Prompt = "Question: {stem}\nAnswer:",
        Choices = ["{answers}"],
        Metric = MetricNames.AccuracyByCharacter,
        Options = 4,
        OptionsVary = true,
        Chance = 0.25,
        Citation = "Clark et al. 2018, Think you have solved question answering? Try ARC, the AI2 reasoning challenge, arXiv:1803.05457",
        Licence = "CC BY-SA 4.0",
        Homepage = "https://allenai.org/data/arc",
    };
}
