using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What a vision-language model gives back. Its tensors live in the caller's dispose scope.</summary>
/// <param name="logits">[S, L, V]: unnormalised log-probabilities of the next token, also behind the places of images.</param>
/// <param name="vision">How the encoder's MoE blocks routed patches.</param>
/// <param name="connector">How the connector's mixture routed features.</param>
/// <param name="language">How the language model's MoE blocks routed tokens.</param>
public sealed class VisionLanguageOutput(
    Tensor logits, IReadOnlyList<Routing> vision, IReadOnlyList<Routing> connector, IReadOnlyList<Routing> language)
{
    /// <summary>[S, L, V]: unnormalised log-probabilities of the next token, also behind the places of images.</summary>
    public Tensor Logits { get; } = logits;

    /// <summary>How the encoder's MoE blocks routed patches; empty without images.</summary>
    public IReadOnlyList<Routing> Vision { get; } = vision;

    /// <summary>How the connector's mixture routed features; empty without images.</summary>
    public IReadOnlyList<Routing> Connector { get; } = connector;

    /// <summary>How the language model's MoE blocks routed tokens.</summary>
    public IReadOnlyList<Routing> Language { get; } = language;

    /// <summary>All of them, in the order of <see cref="VisionLanguageModel.MoeLayers"/>; only the language model's without
    /// images.</summary>
    public IReadOnlyList<Routing> Routings => [.. Vision, .. Connector, .. Language];
}
