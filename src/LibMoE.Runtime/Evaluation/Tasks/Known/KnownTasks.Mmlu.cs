namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Examination questions of 57 subjects, answered by letter.</summary>
    public static EvaluationTask Mmlu { get; } = new()
    {
        Name = "mmlu",
        Version = 1,
        Title = "MMLU test",
        Form = TaskForm.Choice,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("mmlu/data.tar")
                    {
                        Entries = "data/test/*_test.csv",
                        Sha256 = "78a804365a59028188fb19bd1adcadc5e0c260b220a9d8b2e33a5ea7d5fbe3b4",
                        Url = "https://people.eecs.berkeley.edu/~hendrycks/data.tar",
                    },
                ],
                Development =
                [
                    new("mmlu/data.tar")
                    {
                        Entries = "data/dev/*_dev.csv",
                        Sha256 = "78a804365a59028188fb19bd1adcadc5e0c260b220a9d8b2e33a5ea7d5fbe3b4",
                    },
                ],
                Format = DataFormat.Csv,
                Header = false,
                Fields = new Dictionary<string, string>
                {
                    ["subject"] = "{$file|name|beforelast:_}",
                    ["question"] = "{0}",
                    ["a"] = "{1}",
                    ["b"] = "{2}",
                    ["c"] = "{3}",
                    ["d"] = "{4}",
                },
                Answer = "{5}",
                AnswerNames = ["A", "B", "C", "D"],
            },
            new()
            {
                Files = [new("mmlu/mmlu_test.jsonl.gz") { Sha256 = "abb78e46900db24bc0a1ede054e07847ad4a9fb6f42f94432b7ea7ae7d58ac15" }],
                Development =
                    [new("mmlu/mmlu_dev.jsonl.gz") { Sha256 = "a578b61245b7ecbdb590d5ba642dc54250d303318fe9ca3c806eda12f1b83030" }],
                Format = DataFormat.JsonLines,
                Fields = new Dictionary<string, string>
                {
                    ["a"] = "{choices.0}",
                    ["b"] = "{choices.1}",
                    ["c"] = "{choices.2}",
                    ["d"] = "{choices.3}",
                },
                Answer = "{answer}",
            },
        ],
        Description = "The following are multiple choice questions (with answers) about {subject|replace:_= }.\n\n",
        Prompt = "{question|trim}\nA. {a}\nB. {b}\nC. {c}\nD. {d}\nAnswer:",
        Choices = ["A", "B", "C", "D"],
        Group = "{subject}",
        Metric = MetricNames.Accuracy,
        Options = 4,
        Chance = 0.25,
        Citation = "Hendrycks et al. 2021, Measuring massive multitask language understanding, arXiv:2009.03300",
        Licence = "MIT",
        Homepage = "https://github.com/hendrycks/test",
    };
}
