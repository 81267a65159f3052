namespace LibMoE.Runtime.Statistics;

/// <summary>A score of a corpus of translations, made of sums over its sentences, with the spread over samples of these.</summary>
internal static class TranslationScore
{
    /// <summary>The score and its standard error; both NaN without a sentence, the error NaN with one.</summary>
    /// <param name="matches">The n-grams of every sentence and its reference.</param>
    /// <param name="score">The score of sums.</param>
    public static (double Value, double StdErr) Of(IReadOnlyList<NgramMatches> matches, Func<NgramMatches, double> score)
    {
        if (matches.Count == 0)
        {
            return (double.NaN, double.NaN);
        }

        int[] once = [.. Enumerable.Repeat(1, matches.Count)];
        return (Sampled([once]), once.Length == 1 ? double.NaN : Bootstrap.StdErrs([once.Length], seed: 0, [Sampled])[0]);

        double Sampled(IReadOnlyList<int[]> counts) => score(NgramMatches.Sum(matches, counts[0]));
    }

    /// <summary>The matches of every sentence.</summary>
    /// <exception cref="ArgumentException">There are not as many references as translations.</exception>
    public static IReadOnlyList<NgramMatches> Matches(
        IReadOnlyList<string> translations, IReadOnlyList<string> references, Func<string, string, NgramMatches> match) =>
        translations.Count == references.Count
            ? [.. translations.Zip(references, match)]
            : throw new ArgumentException(
                $"There are {translations.Count} translations and {references.Count} references; every translation needs one reference.",
                nameof(references));
}
