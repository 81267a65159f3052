namespace LibMoE.Runtime;

/// <summary>What a trial of a search came to; less of either is better.</summary>
/// <param name="Loss">The mean validation loss over seeds; infinite where the training failed.</param>
/// <param name="Flops">Floating-point operations of one token's forward pass.</param>
public readonly record struct SearchScore(double Loss, double Flops);
