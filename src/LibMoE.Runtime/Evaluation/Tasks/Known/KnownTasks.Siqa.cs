namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>What people in a social situation want, do or feel.</summary>
    public static EvaluationTask Siqa { get; } = new()
    {
        Name = "siqa",
        Version = 2,
        Title = "Social IQa development",
        Form = TaskForm.Choice,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("siqa/socialiqa-train-dev.zip")
                    {
                        Entries = "*/dev.jsonl",
                        Sha256 = "ee073914a0fc33265cfbcfc50ec20df9b2e07809c3f420f599138d1f394ef5c3",
                        Url = "https://storage.googleapis.com/ai2-mosaic/public/socialiqa/socialiqa-train-dev.zip",
                    },
                ],
                Labels = new("siqa/socialiqa-train-dev.zip")
                {
                    Entries = "*/dev-labels.lst",
                    Sha256 = "ee073914a0fc33265cfbcfc50ec20df9b2e07809c3f420f599138d1f394ef5c3",
                },
                Format = DataFormat.JsonLines,
                Answer = "{$label}",
                AnswerNames = ["1", "2", "3"],
            },
            new()
            {
                Files = [new("siqa/validation.parquet")],
                Format = DataFormat.Parquet,
                Answer = "{label}",
                AnswerNames = ["1", "2", "3"],
            },
        ],
        Prompt = "Context: {context}\nQuestion: {question}\nAnswer:",
        Choices = ["{answerA}", "{answerB}", "{answerC}"],
        Metric = MetricNames.AccuracyByCharacter,
        Options = 3,
        Chance = 1.0 / 3,
        Citation = "Sap et al. 2019, Social IQa: commonsense reasoning about social interactions, arXiv:1904.09728",
        Licence = "CC BY 4.0",
        Homepage = "https://leaderboard.allenai.org/socialiqa",
    };
}
