namespace LibMoE.Runtime;

/// <summary>What one optimiser step came to, as means over its micro-batches.</summary>
/// <param name="Loss">Task loss in nats per token.</param>
/// <param name="AuxiliaryLoss">Sum over the blocks of their balancing terms.</param>
/// <param name="Picks">Per MoE block the picks of each expert; null where the gate has no counts.</param>
/// <param name="Losses">Per MoE block its balancing terms by name.</param>
internal sealed record StepFigures(
    double Loss, double AuxiliaryLoss, IReadOnlyList<long[]?> Picks, IReadOnlyList<IReadOnlyDictionary<string, double>> Losses);
