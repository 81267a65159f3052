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

    /// <summary>a = gelu(g) ⊙ u, with the tanh form of GELU and [g | u] from one matmul.</summary>
    GeGluTanh,

    /// <summary>a = 4·tanh(g/4)·σ(g) ⊙ 25·tanh(u/25), with [g | u] from one matmul (Kimi K3).</summary>
    SiTu,
}

/// <summary>What is known of activations.</summary>
internal static class ActivationFacts
{
    /// <summary>Whether the first matrix has a gate half beside the one up.</summary>
    public static bool IsGated(this Activation activation) =>
        activation is Activation.SwiGlu or Activation.GeGlu or Activation.GeGluTanh or Activation.SiTu;
}
