namespace LibMoE.Runtime.Studies;

/// <summary>Names of the files in a cell's folder.</summary>
internal static class CellFiles
{
    /// <summary>Everything needed to make the same run again; see <see cref="CellConfig"/>.</summary>
    public const string Config = "config.json";

    /// <summary>One <see cref="TrainingProgress"/> a line.</summary>
    public const string Metrics = "metrics.jsonl";

    /// <summary>The <see cref="TrainingResult"/>; there once the run has ended well.</summary>
    public const string Result = "result.json";

    /// <summary>What the run died of.</summary>
    public const string Error = "error.txt";
}
