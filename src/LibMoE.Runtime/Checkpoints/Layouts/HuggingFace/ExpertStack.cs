namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>How a family stores all experts of a block together.</summary>
/// <param name="GateUp">Gate and up projections, in the mixture's module.</param>
/// <param name="Down">Down projections.</param>
internal sealed record ExpertStack(string GateUp, string Down)
{
    /// <summary>[E, 2H, D], all gates above all ups, and [E, D, H]: what transformers 5 makes of experts.</summary>
    public static ExpertStack Rows { get; } = new("experts.gate_up_proj", "experts.down_proj");

    /// <summary>Whether experts are stored in no other way.</summary>
    public bool Only { get; init; }

    /// <summary>[E, D, 2H] with gate and up channel by channel in turns, and [E, H, D] (gpt-oss).</summary>
    public bool Alternates { get; init; }

    /// <summary>Whether both have biases, <c>_bias</c> behind their names.</summary>
    public bool Bias { get; init; }
}
