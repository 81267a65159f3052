namespace LibMoE.Runtime;

/// <summary>Text of one kind in a corpus.</summary>
/// <param name="Name">The name, for people and results.</param>
/// <param name="Weight">The share of training sequences that come from it; the shares of a corpus sum to 1.</param>
/// <param name="Sha256">SHA-256 of its documents in order, each as its name, a zero byte, its UTF-8 text and a zero byte.</param>
/// <param name="Train">What is trained on.</param>
/// <param name="Validation">What is held out.</param>
public sealed record CorpusDomain(string Name, double Weight, string Sha256, CorpusPart Train, CorpusPart Validation);
