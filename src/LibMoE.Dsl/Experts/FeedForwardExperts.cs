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

/// <summary>
/// Three matrices: (silu(x·G) ⊙ x·U)·D (Shazeer 2020). With the options of its group (gpt-oss, OpenAI 2025; DeepSeek-V4; MiniMax-M3):
/// (φ(min(x·G, L)) ⊙ (clamp(x·U, ±L) + offset))·D, φ(a) = a·σ(β·a).
/// </summary>
public sealed class SwiGlu : IExpert;

/// <summary>Three matrices: (gelu(x·G) ⊙ x·U)·D, with the exact (erf) GELU (Shazeer 2020).</summary>
public sealed class GeGlu : IExpert;

/// <summary>
/// Three matrices: (gelu(x·G) ⊙ x·U)·D with the tanh form of GELU, 0.5·a·(1 + tanh(√(2/π)·(a + 0.044715·a³))) (Hendrycks and Gimpel 2016;
/// Gemma, Grok-1).
/// </summary>
public sealed class GeGluTanh : IExpert;

/// <summary>Three matrices: (4·tanh(g/4)·σ(g) ⊙ 25·tanh(u/25))·D, g = x·G, u = x·U: both halves saturate (Kimi K3, Moonshot AI
/// 2026).</summary>
public sealed class SiTu : IExpert;
