namespace LibMoE.Runtime;

/// <summary>A text in two parts, of which a model scores the second.</summary>
/// <param name="Context">What comes before; may be empty.</param>
/// <param name="Continuation">What is scored.</param>
public sealed record TextPair(string Context, string Continuation);
