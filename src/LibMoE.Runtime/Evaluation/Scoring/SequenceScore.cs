namespace LibMoE.Runtime;

/// <summary>What a model says of the scored tokens of a sequence.</summary>
/// <param name="LogLikelihood">The sum of their natural log-probabilities.</param>
/// <param name="Greedy">Whether each of them is the most likely one, the right ones before it fed in.</param>
/// <param name="Text">What the model generated; null where it was not asked to.</param>
public readonly record struct SequenceScore(double LogLikelihood, bool Greedy, string? Text = null);
