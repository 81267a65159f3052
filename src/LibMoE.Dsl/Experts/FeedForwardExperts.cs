namespace LibMoE;

/// <summary>Two matrices: relu(x·U)·D.</summary>
public sealed class Relu : IExpert;

/// <summary>Two matrices: gelu(x·U)·D, with the exact (erf) GELU.</summary>
public sealed class Gelu : IExpert;

/// <summary>Two matrices: relu(x·U)²·D (So et al. 2021).</summary>
public sealed class ReluSquared : IExpert;

/// <summary>Three matrices: (silu(x·G) ⊙ x·U)·D (Shazeer 2020).</summary>
public sealed class SwiGlu : IExpert;

/// <summary>Three matrices: (gelu(x·G) ⊙ x·U)·D, with the exact (erf) GELU (Shazeer 2020).</summary>
public sealed class GeGlu : IExpert;
