using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>What a block does before its FFN: every token looks at itself and those before it.</summary>
/// <param name="name">The module's name.</param>
internal abstract class SelfAttention(string name) : nn.Module(name)
{
    /// <summary>The attention of a configuration.</summary>
    public static SelfAttention Of(ModelConfig config, int block, RotaryEmbedding rotary, ParameterSource parameters, string prefix) =>
        config.LatentAttention is null
            ? new CausalAttention(config, block, rotary, parameters, prefix)
            : new MultiHeadLatentAttention(config, rotary, parameters, prefix);

    /// <summary>Lets every token look at itself and the tokens before it.</summary>
    /// <param name="x_SLD">Tokens.</param>
    /// <param name="place">Where they stand, and what was read before them.</param>
    /// <returns>[S, L, D], in the caller's dispose scope.</returns>
    public abstract Tensor Attend(Tensor x_SLD, BlockPlace place);
}
