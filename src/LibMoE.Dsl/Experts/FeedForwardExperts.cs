namespace LibMoE;

/// <summary>Two matrices: relu(x·U)·D.</summary>
public sealed class Relu : IExpert;

/// <summary>Two matrices: gelu(x·U)·D, with the exact (erf) GELU.</summary>
public sealed class Gelu : IExpert;

/// <summary>Two matrices: gelu(x·U)·D, with GELU's tanh form (Hendrycks and Gimpel 2016), as SigLIP has it.</summary>
public sealed class GeluTanh : IExpert;

/// <summary>Two matrices: gelu(x·U)·D, with GELU's sigmoid form u·σ(1.702·u) (Hendrycks and Gimpel 2016), as CLIP has it.</summary>
public sealed class QuickGelu : IExpert;

/// <summary>Two matrices: relu(x·U)²·D (So et al. 2021).</summary>
public sealed class ReluSquared : IExpert;

/// <summary>Three matrices: (silu(x·G) ⊙ x·U)·D (Shazeer 2020).</summary>
public sealed class SwiGlu : IExpert;

/// <summary>Three matrices: (gelu(x·G) ⊙ x·U)·D, with the exact (erf) GELU (Shazeer 2020).</summary>
public sealed class GeGlu : IExpert;
