namespace LibMoE.Runtime;

/// <summary>Requests that are scored together.</summary>
/// <param name="Number">The batch's place in the plan, from 0.</param>
/// <param name="Requests">In an order that keeps an item's requests together.</param>
/// <param name="SharedPrefix">How many tokens at the start the requests of each item share, the same number for every item; they are
/// computed once. 0: nothing is shared.</param>
/// <param name="OneByOne">Whether every request has a call of its own.</param>
public sealed record ScoringBatch(int Number, IReadOnlyList<ScoringRequest> Requests, int SharedPrefix, bool OneByOne)
{
    /// <summary>How many tokens are computed; shared ones count once an item.</summary>
    public long Tokens { get; } = Requests.Sum(request => (long)request.Inputs - SharedPrefix)
        + (SharedPrefix * (long)Requests.Select(request => request.Item).Distinct().Count());
}
