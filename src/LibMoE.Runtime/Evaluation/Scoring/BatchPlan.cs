namespace LibMoE.Runtime.Evaluation.Scoring;

/// <summary>
/// Which requests are scored together: those of like length, longest first, so that little is padding and the time left is not underrated.
/// A function of the requests and the options alone: a killed evaluation that starts again has the same batches.
/// </summary>
internal static class BatchPlan
{
    /// <summary>A shorter shared prefix is not worth a call of its own.</summary>
    private const int ShortestPrefix = 8;

    /// <summary>Makes the batches.</summary>
    /// <param name="items">All items; refused ones have no requests.</param>
    /// <param name="tokens">How many tokens a batch has at most, padding included; a single longer request is a batch of its own.</param>
    /// <param name="share">Whether prefixes may be shared.</param>
    /// <param name="oneByOne">Whether every request has a call of its own.</param>
    public static IReadOnlyList<ScoringBatch> Make(IReadOnlyList<ItemRequests> items, int tokens, bool share, bool oneByOne)
    {
        var sharing = items.Where(item => share && !oneByOne && IsWorthSharing(item)).ToHashSet();
        var batches = new List<ScoringBatch>();
        foreach (var group in sharing.GroupBy(item => (item.SharedPrefix, Options: item.Requests.Count))
            .OrderByDescending(group => group.Key))
        {
            var (prefix, options) = group.Key;
            var ordered = group.OrderByDescending(Longest).ThenBy(item => item.Requests[0].Item).ToList();
            foreach (var part in Cut(ordered, item => Longest(item) - prefix, length => prefix + (options * length)))
            {
                batches.Add(new ScoringBatch(batches.Count, [.. part.SelectMany(item => item.Requests)], prefix, OneByOne: false));
            }
        }

        var single = items.Where(item => !sharing.Contains(item)).SelectMany(item => item.Requests)
            .OrderByDescending(request => request.Inputs).ThenBy(request => request.Item).ThenBy(request => request.Part).ToList();
        foreach (var part in Cut(single, request => request.Inputs, length => length))
        {
            batches.Add(new ScoringBatch(batches.Count, part, 0, oneByOne));
        }

        return batches;

        // Everything is padded to the first of its batch, which is the longest.
        IEnumerable<List<T>> Cut<T>(List<T> ordered, Func<T, int> length, Func<int, int> cost)
        {
            for (var from = 0; from < ordered.Count;)
            {
                var longest = length(ordered[from]);
                var most = from + Math.Max(1, tokens / cost(longest));
                var to = from + 1;
                while (to < Math.Min(most, ordered.Count) && IsLike(length(ordered[to]), longest))
                {
                    to++;
                }

                yield return ordered[from..to];
                from = to;
            }
        }
    }

    /// <summary>A sequence is padded by an eighth of its batch's length at most, or by four tokens.</summary>
    private static bool IsLike(int length, int longest) => longest - length <= Math.Max(4, longest / 8);

    private static int Longest(ItemRequests item) => item.Requests.Max(request => request.Inputs);

    /// <summary>Sharing saves at least a quarter of the tokens.</summary>
    private static bool IsWorthSharing(ItemRequests item) => item.SharedPrefix >= ShortestPrefix
        && 4 * item.SharedPrefix * (item.Requests.Count - 1) >= item.Requests.Sum(request => request.Inputs);
}
