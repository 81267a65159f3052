namespace LibMoE.Runtime.Analysis.Drifting;

/// <summary>What a window of text did in a model.</summary>
/// <param name="Stability">The mean over the blocks of <see cref="PopulationStability"/> to the reference, in nats.</param>
/// <param name="Loss">The mean cross-entropy of the next token, in nats.</param>
internal sealed record DriftWindow(double Stability, double Loss);
