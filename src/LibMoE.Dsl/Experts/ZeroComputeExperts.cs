namespace LibMoE;

/// <summary>Gives 0: the token skips the expert (MoE++, Jin et al. 2024).</summary>
public sealed class Zero : IZeroComputeExpert;

/// <summary>Gives the token back: f(x) = x (MoE++, Jin et al. 2024).</summary>
public sealed class Copy : IZeroComputeExpert;

/// <summary>Mixes the token with a learned vector: f(x) = α₁·x + α₂·v, α = softmax(W_c·x) (MoE++, Jin et al. 2024).</summary>
public sealed class Constant : IZeroComputeExpert;
