namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Yes-or-no questions on a passage; 62 % are yes.</summary>
    public static EvaluationTask BoolQ { get; } = new()
    {
        Name = "boolq",
        Version = 1,
        Title = "BoolQ development",
        Form = TaskForm.Choice,
        Sources =
        [
            new()
            {
                Files = [new("boolq/boolq.jsonl.gz") { Sha256 = "e702b7f4bad84d314498b4a5a6a5703adeb4c3e8df91dbada8287ca0a51205cb" }],
                Format = DataFormat.JsonLines,
                Fields = BoolQFields,
                Answer = "{gold}",
            },
            new()
            {
                Files =
                [
                    new("boolq/boolq.jsonl")
                    {
                        Sha256 = "454ff101e614370bb1807fe7ebbda6fdb57e794b9662cc1ccae211bf1ff626c8",
                        Url = "https://raw.githubusercontent.com/mosaicml/llm-foundry/8c8dd48f72168c5d51e2f7b151595892a8fba43d/scripts/eval/local_data/"
                            + "reading_comprehension/boolq.jsonl",
                    },
                ],
                Format = DataFormat.JsonLines,
                Fields = BoolQFields,
                Answer = "{gold}",
            },
            new()
            {
                Files =
                [
                    new("boolq/BoolQ.zip")
                    {
                        Entries = "BoolQ/val.jsonl",
                        Sha256 = "853fbe7922f70c59629f06a39e8d9ca440c3d740e760fd3b87a5ddf3dcba2436",
                        Url = "https://dl.fbaipublicfiles.com/glue/superglue/data/v2/BoolQ.zip",
                    },
                ],
                Format = DataFormat.JsonLines,
                Answer = "{label}",
                AnswerNames = ["false", "true"],
            },
            new()
            {
                Files = [new("boolq/dev.jsonl")],
                Format = DataFormat.JsonLines,
                Answer = "{answer}",
                AnswerNames = ["false", "true"],
            },
        ],
        Prompt = "{passage}\nQuestion: {question|trimend:?}?\nAnswer:",
        Choices = ["no", "yes"],
        Metric = MetricNames.Accuracy,
        Options = 2,
        Chance = 0.5,
        Citation = "Clark et al. 2019, BoolQ: exploring the surprising difficulty of natural yes/no questions, arXiv:1905.10044",
        Licence = "CC BY-SA 3.0",
        Homepage = "https://github.com/google-research-datasets/boolean-questions",
    };

    /// <summary>llm-foundry joined passage and question.</summary>
    private static Dictionary<string, string> BoolQFields => new()
    {
        ["passage"] = "{query|after:Passage: |beforelast:\nQuestion: }",
        ["question"] = "{query|afterlast:\nQuestion: }",
    };
}
