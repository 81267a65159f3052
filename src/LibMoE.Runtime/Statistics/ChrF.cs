using System.Text;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>
/// chrF2 of translations, the character n-gram F-score (Popović 2015, 2016), from 0 to 100 as sacreBLEU (Post 2018) has it without further
/// options: 100·(1 + β²)·P·R/(β²·P + R), β = 2, P and R the means over n = 1 to 6 of the shares of the translation's and of the reference's
/// n-grams that both have.
/// </summary>
/// <param name="Value">Over a corpus, whose n-grams are added up before they are divided; NaN without a sentence.</param>
/// <param name="StdErr">Its standard deviation over bootstrap samples of the sentences; NaN of one sentence.</param>
/// <remarks>Blanks are left out, letters are compared as they are written. A length of which translation or reference has no n-gram is left
/// out of both means: a word of three letters that is its reference has 100.</remarks>
public sealed record ChrF(double Value, double StdErr)
{
    /// <summary>What was chosen, as sacreBLEU 2 prints it behind <c>chrF2</c>, less its version.</summary>
    public const string Signature = "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no";

    private const int Longest = 6;
    private const double Beta = 2;

    /// <summary>Of a corpus.</summary>
    /// <param name="translations">The translations.</param>
    /// <param name="references">The reference of each, in the same order.</param>
    /// <exception cref="ArgumentException">There are not as many references as translations.</exception>
    public static ChrF Of(IReadOnlyList<string> translations, IReadOnlyList<string> references)
    {
        var (value, error) = TranslationScore.Of(TranslationScore.Matches(translations, references, Match), Score);
        return new ChrF(value, error);
    }

    /// <summary>Of one sentence.</summary>
    /// <param name="translation">The translation.</param>
    /// <param name="reference">Its reference.</param>
    public static double OfSentence(string translation, string reference) => Score(Match(translation, reference));

    private static NgramMatches Match(string translation, string reference) =>
        NgramMatches.Of(Characters(translation), Characters(reference), Longest);

    private static double Score(NgramMatches matches) => Score(matches, Beta);

    /// <summary>The score of sums.</summary>
    internal static double Score(NgramMatches matches, double beta)
    {
        List<int> lengths = [.. Enumerable.Range(0, Longest).Where(length => matches.Said[length] > 0 && matches.There[length] > 0)];
        if (lengths.Sum(length => matches.Both[length]) == 0)
        {
            return 0;
        }

        var precision = lengths.Average(length => (double)matches.Both[length] / matches.Said[length]);
        var recall = lengths.Average(length => (double)matches.Both[length] / matches.There[length]);
        return 100 * (1 + beta * beta) * precision * recall / (beta * beta * precision + recall);
    }

    /// <summary>Code points; blanks are left out.</summary>
    internal static IReadOnlyList<string> Characters(string text) =>
        [.. text.EnumerateRunes().Where(rune => !Rune.IsWhiteSpace(rune)).Select(rune => rune.ToString())];
}
