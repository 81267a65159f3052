namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Everyday questions about how concepts are related.</summary>
    public static EvaluationTask CommonsenseQa { get; } = new()
    {
        Name = "commonsense_qa",
        Version = 2,
        Title = "CommonsenseQA development, random split",
        Form = TaskForm.Choice,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("csqa/dev_rand_split.jsonl")
                    {
                        Sha256 = "3210497fdaae614ac085d9eb873dd7f4d49b6f965a93adadc803e1229fd8a02a",
                        Url = "https://s3.amazonaws.com/commensenseqa/dev_rand_split.jsonl",
                    },
                ],
                Format = DataFormat.JsonLines,
                Fields = new Dictionary<string, string> { ["stem"] = "{question.stem}", ["answers"] = "{question.choices.text}" },
                Answer = "{answerKey}",
                AnswerNames = ["{question.choices.label}"],
            },
            new()
            {
                Files =
                [
                    new("csqa/csqa_dev_rand_split.jsonl")
                    {
                        Sha256 = "4c036e81eec3cb86477bc1b97c21c56aa17d92ab9f8537c855dc0cf724b05fe0",
                        Url = "https://raw.githubusercontent.com/lionzwarrior/llm-benchmark/8866ece85533b6532bdf67f9258e88a9902dcf40/"
                            + "dev_rand_split.jsonl",
                    },
                ],
                Format = DataFormat.JsonLines,
                Fields = new Dictionary<string, string> { ["stem"] = "{question}", ["answers"] = "{choices.text}" },
                Answer = "{answerKey}",
                AnswerNames = ["{choices.label}"],
            },
            new()
            {
                Files = [new("csqa/validation.parquet")],
                Format = DataFormat.Parquet,
                Fields = new Dictionary<string, string> { ["stem"] = "{question}", ["answers"] = "{choices.text}" },
                Answer = "{answerKey}",
                AnswerNames = ["{choices.label}"],
            },
        ],
        Prompt = "Question: {stem}\nAnswer:",
        Choices = ["{answers}"],
        Metric = MetricNames.AccuracyByCharacter,
        Options = 5,
        Chance = 0.2,
        Citation = "Talmor et al. 2019, CommonsenseQA: a question answering challenge targeting commonsense knowledge, arXiv:1811.00937",
        Licence = "MIT",
        Homepage = "https://www.tau-nlp.org/commonsenseqa",
    };
}
