namespace LibMoE.Runtime;

/// <summary>The ranks did not come together: one is gone, hangs, or does something else. The job is over; what was saved is
/// valid.</summary>
/// <param name="message">Which rank, which collective, and what the engine says.</param>
/// <param name="inner">The cause; null for none.</param>
public sealed class RankFailureException(string message, Exception? inner = null) : Exception(message, inner);
