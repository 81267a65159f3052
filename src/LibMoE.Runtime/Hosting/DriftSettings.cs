namespace LibMoE.Runtime;

/// <summary>What the verb <c>drift</c> watches; configuration section <c>Drift</c>.</summary>
public sealed record DriftSettings
{
    /// <summary>The model: a run, a checkpoint, a published model's folder or address.</summary>
    public string Model { get; init; } = "";

    /// <summary>A text file of the kind that the model is meant for; at least 20 windows long.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The text to watch: a file, or <c>-</c> for the standard input, which is read as it comes.</summary>
    public string Text { get; init; } = "-";

    /// <summary>About how many tokens a window has, at least 1: whole sequences of the model's context.</summary>
    public int Window { get; init; } = 1000;

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
        Window >= 1 ? [] : [$"Drift:{nameof(Window)} is {Window}; it must be at least 1."];
}
