namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Yes-or-no questions of 14 subtasks, two on every image, one with each answer.</summary>
    public static EvaluationTask Mme { get; } = new()
    {
        Name = "mme",
        Version = 1,
        Title = "MME",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [new("mme/MME_Benchmark_release_version.zip") { Entries = "MME_Benchmark_release_version/*.txt" }],
                Format = DataFormat.TabLines,
                Images = new("mme/MME_Benchmark_release_version.zip"),
                Fields = new Dictionary<string, string>
                {
                    ["category"] = "{$file|replace:/questions_answers_YN=|folder}",
                    ["pair"] = "{$file|name}",
                    ["question"] = "{0}",
                    ["answer"] = "{1}",
                    ["image"] = "{$file|afterlast:MME_Benchmark_release_version/|replace:questions_answers_YN=images|beforelast:.txt}",
                },
            },
            new()
            {
                Files = [new("mme/MME.tsv")],
                Format = DataFormat.Tsv,
                Fields = new Dictionary<string, string>
                {
                    ["pair"] = "{image_path}",
                },
            },
        ],
        Images = ["{image}"],
        Prompt = "{question|replace:Please answer yes or no.=|trim}\nAnswer the question using a single word or phrase.",
        Target = "{answer|trim|lower}",
        Rule = AnswerRule.Mme,
        MaxTokens = 16,
        Until = [],
        Unit = "{pair}",
        Group = "{category}",
        Mean = MeanKind.Macro,
        Metric = MetricNames.MmeScore,
        Options = 2,
        Chance = 0.375,
        Citation = "Fu et al. 2023, MME: a comprehensive evaluation benchmark for multimodal large language models, arXiv:2306.13394",
        Licence = "for academic research only",
        Access = "the authors send the archive on request; VLMEvalKit's MME.tsv has the same questions",
        Homepage = "https://github.com/BradyFU/Awesome-Multimodal-Large-Language-Models/tree/Evaluation",
    };
}
