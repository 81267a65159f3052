namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>College questions of 30 subjects on up to seven images, with options and without.</summary>
    public static EvaluationTask Mmmu { get; } = new()
    {
        Name = "mmmu",
        Version = 1,
        Title = "MMMU validation",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [.. MmmuSubjects.Select(subject => new SourceFile($"mmmu/{subject}/validation-00000-of-00001.parquet"))],
                Format = DataFormat.Parquet,
                Lists = ["options"],
            },
        ],
        Images = [.. Enumerable.Range(1, 7).Select(image => $"{{image_{image}?}}")],
        Choices = ["{options}"],
        OptionsVary = true,
        Prompt = "{question}{$options|wrap:\n*}\n{question_type|map:"
            + "multiple-choice=Answer with the option's letter from the given choices directly.;"
            + "*=Answer the question using a single word or phrase.}",
        Target = "{answer}",
        Rule = AnswerRule.Mmmu,
        MaxTokens = 16,
        Until = [],
        Group = "{$file|folder}",
        Metric = MetricNames.Accuracy,
        Citation = "Yue et al. 2024, MMMU: a massive multi-discipline multimodal understanding and reasoning benchmark, arXiv:2311.16502",
        Licence = "Apache 2.0",
        Access = "the validation tables of MMMU/MMMU, one folder a subject",
        Homepage = "https://huggingface.co/datasets/MMMU/MMMU",
    };

    private static IReadOnlyList<string> MmmuSubjects =>
    [
        "Accounting", "Agriculture", "Architecture_and_Engineering", "Art", "Art_Theory", "Basic_Medical_Science", "Biology", "Chemistry",
        "Clinical_Medicine", "Computer_Science", "Design", "Diagnostics_and_Laboratory_Medicine", "Economics", "Electronics",
        "Energy_and_Power", "Finance", "Geography", "History", "Literature", "Manage", "Marketing", "Materials", "Math",
        "Mechanical_Engineering", "Music", "Pharmacy", "Physics", "Psychology", "Public_Health", "Sociology",
    ];
}
