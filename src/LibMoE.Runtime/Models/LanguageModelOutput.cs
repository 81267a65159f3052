using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What a language model gives back. Its tensors live in the caller's dispose scope.</summary>
/// <param name="logits">[S, L, V]: unnormalised log-probabilities of the next token.</param>
/// <param name="routings">How each MoE block routed the tokens, in the order of the blocks; empty for a dense model.</param>
public sealed class LanguageModelOutput(Tensor logits, IReadOnlyList<Routing> routings)
{
    /// <summary>[S, L, V]: unnormalised log-probabilities of the next token.</summary>
    public Tensor Logits { get; } = logits;

    /// <summary>How each MoE block routed the tokens, in the order of the blocks; empty for a dense model.</summary>
    public IReadOnlyList<Routing> Routings { get; } = routings;

    /// <summary>[S, L, D]: what the head reads; null where a cache was read on from.</summary>
    public Tensor? Hidden { get; init; }
}
