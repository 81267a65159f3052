using System.Runtime.InteropServices;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>
/// The words of a text in pieces, with the counts of neighbouring pairs kept up to date: a merge looks only at the words that have its
/// pair.
/// </summary>
internal sealed class BpeWords
{
    private readonly List<(int[] Pieces, long Count)> _words = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();

    /// <summary>Starts with words in bytes.</summary>
    public BpeWords(IReadOnlyList<(byte[] Word, long Count)> words)
    {
        var ids = new int[256];
        foreach (var (id, value) in ByteLetters.Order.Index())
        {
            ids[value] = id;
        }

        foreach (var (word, count) in words)
        {
            _words.Add((Array.ConvertAll(word, value => ids[value]), count));
            Add(_words.Count - 1, _words[^1].Pieces, count);
        }

        foreach (var pair in _counts.Keys)
        {
            Offer(pair);
        }
    }

    /// <summary>The pair that occurs most often, the lowest of equals; null where none occurs twice.</summary>
    public (int Left, int Right)? Best()
    {
        while (_queue.TryDequeue(out var pair, out var priority))
        {
            var count = _counts.GetValueOrDefault(pair);
            if (count == -priority.NegativeCount)
            {
                return count > 1 ? pair : null;
            }

            // The count has changed since the pair was queued: a larger one was queued when it grew, a smaller one is queued now.
            if (count > 0 && count < -priority.NegativeCount)
            {
                Offer(pair);
            }
        }

        return null;
    }

    /// <summary>Makes a pair into one piece wherever it stands, from left to right.</summary>
    public void Merge(int left, int right, int union)
    {
        var grown = new HashSet<(int Left, int Right)>();
        foreach (var index in _places[(left, right)].Order())
        {
            var (pieces, count) = _words[index];
            var merged = Replace(pieces, left, right, union);
            Add(index, pieces, -count);
            Add(index, merged, count);
            _words[index] = (merged, count);
            grown.UnionWith(merged.Zip(merged.Skip(1)).Where(pair => pair.First == union || pair.Second == union));
        }

        _places.Remove((left, right));
        _counts.Remove((left, right));
        foreach (var pair in grown)
        {
            Offer(pair);
        }
    }

    private static int[] Replace(int[] pieces, int left, int right, int union)
    {
        var merged = new List<int>(pieces.Length);
        for (var i = 0; i < pieces.Length; i++)
        {
            var found = i + 1 < pieces.Length && pieces[i] == left && pieces[i + 1] == right;
            merged.Add(found ? union : pieces[i]);
            i += found ? 1 : 0;
        }

        return [.. merged];
    }

    /// <summary>Counts the pairs of a word; a negative count takes them back.</summary>
    private void Add(int index, int[] pieces, long count)
    {
        for (var i = 0; i + 1 < pieces.Length; i++)
        {
            var pair = (pieces[i], pieces[i + 1]);
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, pair, out _) += count;
            if (count > 0)
            {
                ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, pair, out _);
                places ??= [];
                places.Add(index);
            }
        }
    }

    private void Offer((int Left, int Right) pair) =>
        _queue.Enqueue(pair, (-_counts.GetValueOrDefault(pair), pair.Left, pair.Right));
}
