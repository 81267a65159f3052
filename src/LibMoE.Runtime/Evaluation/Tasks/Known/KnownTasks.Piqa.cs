namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Which of two ways reaches a physical goal.</summary>
    public static EvaluationTask Piqa { get; } = new()
    {
        Name = "piqa",
        Version = 2,
        Title = "PIQA validation",
        Form = TaskForm.Choice,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("piqa/piqa_valid.jsonl")
                    {
                        Sha256 = "93503cc97c679e459b065c3d13e848282e44b2a25213985bed3e5d458abef72d",
                        Url = "https://raw.githubusercontent.com/ybisk/ybisk.github.io/21edab439af693b961be2f069e8690a88d3b4e37/"
                            + "piqa/data/valid.jsonl",
                    },
                ],
                Labels = new("piqa/piqa_valid-labels.lst")
                {
                    Sha256 = "b4192dc3a2a0363d9d60ccf79800cbbe2f32ebb17726efdde6970e0b8131bceb",
                    Url = "https://raw.githubusercontent.com/ybisk/ybisk.github.io/21edab439af693b961be2f069e8690a88d3b4e37/"
                        + "piqa/data/valid-labels.lst",
                },
                Format = DataFormat.JsonLines,
                Answer = "{$label}",
            },
            new()
            {
                Files = [new("piqa/validation.parquet")],
                Format = DataFormat.Parquet,
                Answer = "{label}",
            },
        ],
        Prompt = "Question: {goal}\nAnswer:",
        Choices = ["{sol1}", "{sol2}"],
        Metric = MetricNames.AccuracyByCharacter,
        Options = 2,
        Chance = 0.5,
        Citation = "Bisk et al. 2020, PIQA: reasoning about physical commonsense in natural language, arXiv:1911.11641",
        Licence = "AFL 3.0",
        Homepage = "https://yonatanbisk.com/piqa/",
    };
}
