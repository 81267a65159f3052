using System.Collections.Concurrent;

namespace LibMoE.Runtime.Data.Tokenizers.Merging;

/// <summary>Keeps the ids of short words, most of which come again; safe for several threads.</summary>
/// <param name="encode">The ids of a word.</param>
internal sealed class WordCache(Func<string, int[]> encode)
{
    private const int LongestWord = 48;
    private const int MostWords = 1 << 16;
    private readonly ConcurrentDictionary<string, int[]> _known = new();
    private int _count;

    /// <summary>The ids of a word.</summary>
    public int[] Of(string word)
    {
        if (word.Length > LongestWord)
        {
            return encode(word);
        }

        if (!_known.TryGetValue(word, out var ids))
        {
            ids = encode(word);
            if (Volatile.Read(ref _count) < MostWords && _known.TryAdd(word, ids))
            {
                Interlocked.Increment(ref _count);
            }
        }

        return ids;
    }
}
