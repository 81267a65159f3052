namespace LibMoE.Runtime.Data.Tokenizers.Merging;

/// <summary>
/// Merges neighbouring ids, the pair of the lowest rank first and the leftmost of equals (Sennrich et al. 2016), in O(n log n) for n ids: a
/// linked list of ids and a queue of its neighbouring pairs.
/// </summary>
/// <param name="unions">Which two ids become which one.</param>
internal sealed class PairMerge(IReadOnlyDictionary<(int Left, int Right), PieceUnion> unions)
{
    private const int None = -1;

    /// <summary>The ids left when no two neighbours have a union.</summary>
    /// <param name="ids">The ids to begin with; they are overwritten.</param>
    /// <param name="isFixed">Places that take part in no merge; null where there is none.</param>
    public int[] Run(List<int> ids, IReadOnlySet<int>? isFixed = null) => Run(ids, isFixed, out _);

    /// <summary>As above, counting how many pairs were looked at.</summary>
    internal int[] Run(List<int> ids, IReadOnlySet<int>? isFixed, out long looks)
    {
        var queue = new PriorityQueue<Candidate, long>();
        var (next, previous) = (new int[ids.Count], new int[ids.Count]);
        looks = 0;
        for (var i = 0; i < ids.Count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < ids.Count ? i + 1 : None);
        }

        for (var i = 0; i + 1 < ids.Count; i++)
        {
            Offer(i, i + 1);
        }

        while (queue.TryDequeue(out var best, out _))
        {
            looks++;

            // A candidate is stale where a merge has changed one of its two ids since: merged-away places hold None.
            if (ids[best.Left] != best.LeftId || next[best.Left] != best.Right || ids[best.Right] != best.RightId)
            {
                continue;
            }

            ids[best.Left] = best.Union;
            ids[best.Right] = None;
            next[best.Left] = next[best.Right];
            if (next[best.Left] != None)
            {
                previous[next[best.Left]] = best.Left;
                Offer(best.Left, next[best.Left]);
            }

            if (previous[best.Left] != None)
            {
                Offer(previous[best.Left], best.Left);
            }
        }

        return [.. ids.Where(id => id != None)];

        void Offer(int left, int right)
        {
            var isOpen = isFixed is null || !(isFixed.Contains(left) || isFixed.Contains(right));
            if (isOpen && unions.TryGetValue((ids[left], ids[right]), out var union))
            {
                queue.Enqueue(new Candidate(left, right, ids[left], ids[right], union.Id), ((long)union.Rank << 32) | (uint)left);
            }
        }
    }

    private readonly record struct Candidate(int Left, int Right, int LeftId, int RightId, int Union);
}

/// <summary>What two neighbours become.</summary>
/// <param name="Id">The id of both together.</param>
/// <param name="Rank">How early, from 0.</param>
internal readonly record struct PieceUnion(int Id, int Rank);
