namespace LibMoE.Runtime.Training;

/// <summary>The figures of one optimiser step, as means over its micro-batches.</summary>
/// <param name="Loss">Task loss in nats per token.</param>
/// <param name="AuxiliaryLoss">Sum over the blocks of their balancing terms.</param>
/// <param name="GradientNorm">The global norm of the gradients before clipping.</param>
/// <param name="Picks">Per MoE block the picks of each expert; null where the gate has no counts.</param>
/// <param name="Losses">Per MoE block its balancing terms by name.</param>
internal sealed record StepFigures(
    double Loss,
    double AuxiliaryLoss,
    double GradientNorm,
    IReadOnlyList<long[]?> Picks,
    IReadOnlyList<IReadOnlyDictionary<string, double>> Losses)
{
    /// <summary>Whether any rank is to stop after this step.</summary>
    public bool Stop { get; init; }

    /// <summary>Whether the losses and the gradient are finite. A step where they are not changes nothing.</summary>
    public bool IsFinite => double.IsFinite(Loss + AuxiliaryLoss + GradientNorm);
}
