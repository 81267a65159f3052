namespace LibMoE.Runtime;

/// <summary>Merges adjacent ids, best union first, in O(n log n): a linked list of ids and a queue of its neighbouring pairs.</summary>
/// <param name="unions">Which two ids become which one.</param>
/// <param name="scores">The score of every id.</param>
internal sealed class ScoreMerge(IReadOnlyDictionary<(int Left, int Right), int> unions, float[] scores)
{
    private const int None = -1;
    private readonly PriorityQueue<Candidate, (float NegativeScore, int Position)> _queue = new();

    /// <summary>The ids left when no two neighbours have a union.</summary>
    public int[] Run(List<int> ids)
    {
        var (next, previous) = (new int[ids.Count], new int[ids.Count]);
        for (var i = 0; i < ids.Count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < ids.Count ? i + 1 : None);
        }

        for (var i = 0; i + 1 < ids.Count; i++)
        {
            Offer(ids, i, i + 1);
        }

        while (_queue.TryDequeue(out var best, out _))
        {
            // A candidate is stale where a merge has changed one of its two ids since: merged-away places hold None.
            if (ids[best.Left] != best.LeftId || next[best.Left] != best.Right || ids[best.Right] != best.RightId)
            {
                continue;
            }

            ids[best.Left] = unions[(best.LeftId, best.RightId)];
            ids[best.Right] = None;
            next[best.Left] = next[best.Right];
            if (next[best.Left] != None)
            {
                previous[next[best.Left]] = best.Left;
                Offer(ids, best.Left, next[best.Left]);
            }

            if (previous[best.Left] != None)
            {
                Offer(ids, previous[best.Left], best.Left);
            }
        }

        return [.. ids.Where(id => id != None)];
    }

    private void Offer(List<int> ids, int left, int right)
    {
        if (unions.TryGetValue((ids[left], ids[right]), out var union))
        {
            _queue.Enqueue(new Candidate(left, right, ids[left], ids[right]), (-scores[union], left));
        }
    }

    private readonly record struct Candidate(int Left, int Right, int LeftId, int RightId);
}
