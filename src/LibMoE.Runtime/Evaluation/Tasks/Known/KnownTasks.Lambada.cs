namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Which word ends a passage that only its whole context gives away.</summary>
    public static EvaluationTask Lambada { get; } = new()
    {
        Name = "lambada",
        Version = 1,
        Title = "LAMBADA test, as OpenAI detokenised it",
        Form = TaskForm.LastWord,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("lambada/lambada_openai.jsonl")
                    {
                        Sha256 = "411bfbe5b9054346b6a19299c0242670adbefb9162efd958593cbc0290b8c9dc",
                        Url = "https://raw.githubusercontent.com/mosaicml/llm-foundry/8c8dd48f72168c5d51e2f7b151595892a8fba43d/scripts/eval/local_data/"
                            + "language_understanding/lambada_openai.jsonl",
                    },
                ],
                Format = DataFormat.JsonLines,
                // One continuation of 5,153 starts with a line break: "spaced" puts a blank before the others only.
                Fields = new Dictionary<string, string> { ["passage"] = "{context}", ["word"] = "{continuation|spaced}" },
            },
            new()
            {
                Files =
                [
                    new("lambada/lambada_test.jsonl")
                    {
                        Sha256 = "4aa8d02cd17c719165fc8a7887fddd641f43fcafa4b1c806ca8abc31fabdb226",
                        Url = "https://openaipublic.blob.core.windows.net/gpt-2/data/lambada_test.jsonl",
                    },
                ],
                Format = DataFormat.JsonLines,
                Fields = new Dictionary<string, string> { ["passage"] = "{text|butlastword}", ["word"] = "{text|lastword|spaced}" },
            },
        ],
        Prompt = "{passage}",
        Target = "{word}",
        Metric = MetricNames.Accuracy,
        Citation = "Paperno et al. 2016, The LAMBADA dataset: word prediction requiring a broad discourse context, arXiv:1606.06031",
        Licence = "CC BY 4.0",
        Homepage = "https://zenodo.org/record/2630551",
    };
}
