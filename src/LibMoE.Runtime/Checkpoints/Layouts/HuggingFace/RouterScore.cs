namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>What a stored router makes of its logits.</summary>
internal enum RouterScore
{
    /// <summary>Their softmax over the experts.</summary>
    Softmax,

    /// <summary>Their sigmoid, each for itself.</summary>
    Sigmoid,

    /// <summary>The root of their softplus, each for itself.</summary>
    SqrtSoftplus,
}
