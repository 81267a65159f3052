namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Reading comprehension from English examinations.</summary>
    public static EvaluationTask Race { get; } = new()
    {
        Name = "race",
        Version = 2,
        Title = "RACE test, middle and high school",
        Form = TaskForm.Choice,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("race/RACE.tar.gz")
                    {
                        Entries = "RACE/test/*.txt",
                        Sha256 = "b2769cc9fdc5c546a693300eb9a966cec6870bd349fbc44ed5225f8ad33006e5",
                        Url = "http://www.cs.cmu.edu/~glai1/data/race/RACE.tar.gz",
                    },
                ],
                Format = DataFormat.Json,
                Each = ["questions", "options", "answers"],
                Fields = new Dictionary<string, string>
                {
                    ["question"] = "{questions}",
                    ["answers_given"] = "{options}",
                    ["level"] = "{$file|folder}",
                },
                Answer = "{answers}",
                AnswerNames = ["A", "B", "C", "D"],
            },
            new()
            {
                Files = [new("race/high-test.parquet"), new("race/middle-test.parquet")],
                Format = DataFormat.Parquet,
                Fields = new Dictionary<string, string> { ["answers_given"] = "{options}", ["level"] = "{$file|name|before:-}" },
                Answer = "{answer}",
                AnswerNames = ["A", "B", "C", "D"],
            },
        ],
        Prompt = "Article: {article}\nQuestion: {question}\nAnswer:",
        Choices = ["{answers_given}"],
        Group = "{level}",
        Metric = MetricNames.AccuracyByCharacter,
        Mean = MeanKind.Macro,
        Options = 4,
        Chance = 0.25,
        Citation = "Lai et al. 2017, RACE: large-scale reading comprehension dataset from examinations, arXiv:1704.04683",
        Licence = "for research only",
        Homepage = "https://www.cs.cmu.edu/~glai1/data/race/",
    };
}
