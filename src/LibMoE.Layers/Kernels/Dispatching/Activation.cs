namespace LibMoE.Runtime;

/// <summary>What an FFN expert does between its matrices.</summary>
public enum Activation
{
    /// <summary>a = relu(u).</summary>
    Relu,

    /// <summary>a = gelu(u), exact (erf).</summary>
    Gelu,

    /// <summary>a = relu(u)².</summary>
    ReluSquared,

    /// <summary>a = silu(g) ⊙ u, with [g | u] from one matmul.</summary>
    SwiGlu,

    /// <summary>a = gelu(g) ⊙ u, exact (erf), with [g | u] from one matmul.</summary>
    GeGlu,

    /// <summary>a = u/2·(1 + tanh(√(2/π)·(u + 0.044715·u³))): GELU's tanh form.</summary>
    GeluTanh,

    /// <summary>a = u·σ(1.702·u): GELU's sigmoid form.</summary>
    QuickGelu,
}
