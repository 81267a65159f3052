namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Which sentence of a minimal pair is grammatical; the good one is the first option.</summary>
    public static EvaluationTask Blimp { get; } = new()
    {
        Name = "blimp",
        Version = 2,
        Title = "BLiMP, all 67 paradigms",
        Form = TaskForm.WholeText,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("blimp/BLiMP.zip")
                    {
                        Entries = "data/*.jsonl",
                        Sha256 = "172a1a714d72e72a89e8384dd531483f3d0f8a9aee3d33dccaf7992d8cecbb73",
                        Url = "https://raw.githubusercontent.com/alexwarstadt/blimp/3e56b06fcabca9b30822fc66435fca6b1aa40bb1/BLiMP.zip",
                    },
                ],
                Format = DataFormat.JsonLines,
            },
        ],
        Choices = ["{sentence_good}", "{sentence_bad}"],
        Group = "{UID}",
        Metric = MetricNames.Accuracy,
        Mean = MeanKind.Macro,
        Options = 2,
        Chance = 0.5,
        Citation = "Warstadt et al. 2020, BLiMP: the benchmark of linguistic minimal pairs for English, arXiv:1912.00582",
        Licence = "CC BY 4.0",
        Homepage = "https://github.com/alexwarstadt/blimp",
    };

    /// <summary>The same as lm-evaluation-harness asks it: its delimiter, a blank, stands before the sentence though nothing
    /// is before that.</summary>
    public static EvaluationTask BlimpHarness { get; } = Blimp with
    {
        Name = "blimp_harness",
        Title = "BLiMP, all 67 paradigms, a blank before every sentence",
        Delimiter = " ",
    };
}
