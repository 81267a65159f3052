using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>The latent space of routed experts: z = x·A, y = v·B of their weighted sum v, or (v/√(mean v² + 1e-6) ⊙ n)·B.</summary>
internal static class OracleLatent
{
    /// <summary>What routed experts read.</summary>
    public static Tensor In(OracleInput input) =>
        input.Declaration.Latent is null ? input.X_ND : input.X_ND.matmul(input.Parameters["latent.down"]);

    /// <summary>The routed output.</summary>
    public static Tensor Out(OracleInput input, Tensor sum) => input.Declaration.Latent switch
    {
        null => sum,
        { Norm: true } => (sum / sum.Squared().mean([1], keepdim: true).Plus(1e-6).sqrt() * input.Parameters["latent.norm"])
            .matmul(input.Parameters["latent.up"]),
        _ => sum.matmul(input.Parameters["latent.up"]),
    };
}
