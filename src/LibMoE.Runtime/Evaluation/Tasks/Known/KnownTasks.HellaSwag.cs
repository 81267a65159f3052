namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>How a described scene goes on.</summary>
    public static EvaluationTask HellaSwag { get; } = new()
    {
        Name = "hellaswag",
        Version = 2,
        Title = "HellaSwag validation",
        Form = TaskForm.Choice,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("hellaswag/hellaswag_val.jsonl")
                    {
                        Sha256 = "0aa3b88843990f3f10a97b9575c94d7b71fb2205240ba04ae4884d9e9c992588",
                        Url = "https://raw.githubusercontent.com/rowanz/hellaswag/master/data/hellaswag_val.jsonl",
                    },
                ],
                Format = DataFormat.JsonLines,
                // LibMoE's prompt: the activity, then both parts of the context as they are.
                Fields = new Dictionary<string, string> { ["scene"] = "{activity_label}: {ctx_a} {ctx_b}" },
                Answer = "{label}",
            },
            new()
            {
                Files =
                [
                    new("hellaswag/hellaswag_val_full.txt.gz")
                    {
                        Sha256 = "8a5e3d39844938323f7a3d2b1e0c6162faf3f3f35396ccd67324aa2f4cae5a7b"
                    },
                ],
                Format = DataFormat.SixLines,
                Fields = new Dictionary<string, string> { ["scene"] = "{ctx}" },
                Answer = "{label}",
            },
        ],
        Prompt = "{scene|unbracketed}",
        Choices = ["{endings|unbracketed|trim}"],
        Metric = MetricNames.AccuracyByCharacter,
        Options = 4,
        Chance = 0.25,
        Citation = "Zellers et al. 2019, HellaSwag: can a machine really finish your sentence?, arXiv:1905.07830",
        Licence = "MIT",
        Homepage = "https://rowanzellers.com/hellaswag/",
    };
}
