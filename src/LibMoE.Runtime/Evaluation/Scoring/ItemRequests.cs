namespace LibMoE.Runtime;

/// <summary>An item as token sequences.</summary>
/// <param name="Requests">One per option, or per window of a running text; empty where the item is refused.</param>
/// <param name="Cut">How many tokens of context were cut on the left so that every option fits.</param>
/// <param name="Refusal">Why the item cannot be scored; null where it can.</param>
public sealed record ItemRequests(IReadOnlyList<ScoringRequest> Requests, int Cut = 0, string? Refusal = null)
{
    /// <summary>
    /// How many tokens at the start all requests share and no request scores from within: computed once, they serve them all.
    /// </summary>
    public int SharedPrefix { get; } = CommonPrefix(Requests);

    /// <summary>An item that is not scored.</summary>
    public static ItemRequests Refused(string reason) => new([], 0, reason);

    private static int CommonPrefix(IReadOnlyList<ScoringRequest> requests)
    {
        if (requests.Count < 2)
        {
            return 0;
        }

        // The last shared token is left to the options: what follows it is predicted from it.
        var most = requests.Min(request => Math.Min(request.First - 1, request.Inputs - 1));
        var shared = 0;
        while (shared < most && requests.All(request => request.Ids[shared] == requests[0].Ids[shared]))
        {
            shared++;
        }

        return shared;
    }
}
