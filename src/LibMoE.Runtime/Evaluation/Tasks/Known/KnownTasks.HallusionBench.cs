namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Yes-or-no questions on figures, drawn as they were and changed, whose answers follow from looking.</summary>
    public static EvaluationTask HallusionBench { get; } = new()
    {
        Name = "hallusion_bench",
        Version = 1,
        Title = "HallusionBench, questions with an image",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [new("hallusion_bench/HallusionBench.json")],
                Format = DataFormat.Json,
                Images = new("hallusion_bench/hallusion_bench.zip"),
                Only = new Dictionary<string, string>
                {
                    ["{filename?}"] = ".",
                },
            },
        ],
        Images = ["{filename|replace:./=|replace:hallusion_bench/=}"],
        Prompt = "{question}\nPlease answer yes or no.",
        Target = "{gt_answer|map:1=yes;0=no}",
        Rule = AnswerRule.HallusionBench,
        Details = new Dictionary<string, string>
        {
            ["figure"] = "{category}_{subcategory}_{set_id}_{figure_id}",
            ["question"] = "{category}_{subcategory}_{set_id}_{question_id}",
        },
        MaxTokens = 16,
        Until = [],
        Unit = "{category}_{subcategory}_{set_id}",
        Group = "{category}",
        Metric = MetricNames.Accuracy,
        Options = 2,
        Chance = 0.5,
        Citation = "Guan et al. 2024, HallusionBench: an advanced diagnostic suite for entangled language hallucination and "
            + "visual illusion, arXiv:2310.14566",
        Licence = "BSD 3-Clause",
        Access = "HallusionBench.json and hallusion_bench.zip, which the repository's page links to",
        Homepage = "https://github.com/tianyi-lab/HallusionBench",
    };
}
