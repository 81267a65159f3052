namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Whom a sentence speaks of, by how likely its end is after either name.</summary>
    public static EvaluationTask WinoGrande { get; } = new()
    {
        Name = "winogrande",
        Version = 1,
        Title = "WinoGrande XL development, partial scoring",
        Form = TaskForm.PartialChoice,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("winogrande/winogrande.jsonl")
                    {
                        Sha256 = "ea1592526f3bfdd0948ed3acb1b4dfa3f83d23698917118688ee1df7f8d4b8d7",
                        Url = "https://raw.githubusercontent.com/mosaicml/llm-foundry/8c8dd48f72168c5d51e2f7b151595892a8fba43d/scripts/eval/local_data/"
                            + "language_understanding/winogrande.jsonl",
                    },
                ],
                Format = DataFormat.JsonLines,
                Fields = new Dictionary<string, string>
                {
                    ["first"] = "{context_options.0}",
                    ["second"] = "{context_options.1}",
                    ["rest"] = "{continuation}",
                },
                Answer = "{gold}",
            },
            new()
            {
                Files =
                [
                    new("winogrande/winogrande_1.1.zip")
                    {
                        Entries = "*/dev.jsonl",
                        Sha256 = "3619ab104d8be2977b25c90ff420cb42d491707dcc75362a1e5d22bc082b7318",
                        Url = "https://storage.googleapis.com/ai2-mosaic/public/winogrande/winogrande_1.1.zip",
                    },
                ],
                Format = DataFormat.JsonLines,
                Fields = new Dictionary<string, string>
                {
                    ["first"] = "{sentence|before:_}{option1}",
                    ["second"] = "{sentence|before:_}{option2}",
                    ["rest"] = "{sentence|after:_|trim}",
                },
                Answer = "{answer}",
                AnswerNames = ["1", "2"],
            },
        ],
        Choices = ["{first}", "{second}"],
        Target = "{rest}",
        Metric = MetricNames.Accuracy,
        Options = 2,
        Chance = 0.5,
        Citation = "Sakaguchi et al. 2020, WinoGrande: an adversarial Winograd schema challenge at scale, arXiv:1907.10641",
        Licence = "CC BY",
        Homepage = "https://winogrande.allenai.org",
    };
}
