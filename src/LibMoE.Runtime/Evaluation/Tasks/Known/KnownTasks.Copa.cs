namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>A premise's more plausible cause or effect.</summary>
    public static EvaluationTask Copa { get; } = new()
    {
        Name = "copa",
        Version = 2,
        Title = "COPA development",
        Form = TaskForm.Choice,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("copa/copa.jsonl")
                    {
                        Sha256 = "595dca44dec54c849490bd403a3e24a29e3b944065783222ebb0eb1a55298846",
                        Url = "https://raw.githubusercontent.com/mosaicml/llm-foundry/8c8dd48f72168c5d51e2f7b151595892a8fba43d/scripts/eval/local_data/"
                            + "commonsense_reasoning/copa.jsonl",
                    },
                ],
                Format = DataFormat.JsonLines,
                Fields = new Dictionary<string, string> { ["start"] = "{query}", ["first"] = "{choices.0}", ["second"] = "{choices.1}" },
                Answer = "{gold}",
            },
            new()
            {
                Files =
                [
                    new("copa/COPA.zip")
                    {
                        Entries = "COPA/val.jsonl",
                        Sha256 = "405906cddac74bc1e1ce8220f1107d1025b66a25ef10149d91b10bb30651125f",
                        Url = "https://dl.fbaipublicfiles.com/glue/superglue/data/v2/COPA.zip",
                    },
                ],
                Format = DataFormat.JsonLines,
                Fields = new Dictionary<string, string>
                {
                    ["start"] = "{premise|trim|trimend:.}, {question|replace:cause=because|replace:effect=therefore}",
                    ["first"] = "{choice1}",
                    ["second"] = "{choice2}",
                },
                Answer = "{label}",
            },
        ],
        Prompt = "{start}",
        Choices = ["{first|uncapitalized}", "{second|uncapitalized}"],
        Metric = MetricNames.Accuracy,
        Options = 2,
        Chance = 0.5,
        Citation =
            "Roemmele et al. 2011, Choice of plausible alternatives: an evaluation of commonsense causal reasoning, AAAI Spring Symposium",
        Licence = "BSD-2-Clause",
        Homepage = "https://people.ict.usc.edu/~gordon/copa.html",
    };
}
