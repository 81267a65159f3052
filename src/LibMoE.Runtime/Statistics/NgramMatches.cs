namespace LibMoE.Runtime.Statistics;

/// <summary>The n-grams of one translation and its reference, of every length from 1 to N.</summary>
/// <param name="Said">How many the translation has of each length.</param>
/// <param name="There">How many the reference has.</param>
/// <param name="Both">How many they share: of each n-gram the smaller count.</param>
internal sealed record NgramMatches(long[] Said, long[] There, long[] Both)
{
    /// <summary>Counts a pair.</summary>
    /// <param name="said">The translation's pieces: characters, or words.</param>
    /// <param name="there">The reference's.</param>
    /// <param name="longest">N.</param>
    public static NgramMatches Of(IReadOnlyList<string> said, IReadOnlyList<string> there, int longest)
    {
        var matches = new NgramMatches(new long[longest], new long[longest], new long[longest]);
        for (var length = 1; length <= longest; length++)
        {
            (matches.Said[length - 1], matches.There[length - 1]) = (Count(said, length), Count(there, length));
            var open = Ngrams(there, length).CountBy(ngram => ngram).ToDictionary();
            foreach (var ngram in Ngrams(said, length))
            {
                if (open.TryGetValue(ngram, out var left) && left > 0)
                {
                    open[ngram] = left - 1;
                    matches.Both[length - 1]++;
                }
            }
        }

        return matches;
    }

    /// <summary>The sums over a corpus.</summary>
    /// <param name="pairs">Its pairs; at least one.</param>
    /// <param name="counts">How often each counts.</param>
    public static NgramMatches Sum(IReadOnlyList<NgramMatches> pairs, IReadOnlyList<int> counts)
    {
        var longest = pairs[0].Said.Length;
        var sum = new NgramMatches(new long[longest], new long[longest], new long[longest]);
        for (var pair = 0; pair < pairs.Count; pair++)
        {
            for (var length = 0; length < longest; length++)
            {
                sum.Said[length] += counts[pair] * pairs[pair].Said[length];
                sum.There[length] += counts[pair] * pairs[pair].There[length];
                sum.Both[length] += counts[pair] * pairs[pair].Both[length];
            }
        }

        return sum;
    }

    private static int Count(IReadOnlyList<string> pieces, int length) => Math.Max(0, pieces.Count - length + 1);

    /// <summary>No piece has a blank inside.</summary>
    private static IEnumerable<string> Ngrams(IReadOnlyList<string> pieces, int length) =>
        Enumerable.Range(0, Count(pieces, length)).Select(first => string.Join(' ', pieces.Skip(first).Take(length)));
}
