namespace LibMoE.Runtime;

/// <summary>How probable a model finds a continuation.</summary>
/// <param name="LogLikelihood">Σ ln p of its tokens, in nats.</param>
/// <param name="Tokens">How many tokens it has.</param>
/// <param name="IsGreedy">Whether each of them is the most probable one after those before it, ties to the lower id.</param>
public sealed record ContinuationScore(double LogLikelihood, int Tokens, bool IsGreedy);
