using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>
/// BLEU of translations (Papineni et al. 2002), from 0 to 100 as sacreBLEU (Post 2018) has it without further options: 100·B·(Π p_n)^(1/4),
/// p_n the share of the translations' n-grams of words, n = 1 to 4, that their references have, B = e^(1 − r/c) where the translations have
/// c words and the references r, 1 where c is not below r.
/// </summary>
/// <param name="Value">Over a corpus, whose n-grams are added up before they are divided; NaN without a sentence.</param>
/// <param name="StdErr">Its standard deviation over bootstrap samples of the sentences; NaN of one sentence.</param>
/// <remarks>Words are those of <c>mteval-v13a.pl</c>, letters as they are written. Where no n-gram of a length is right, p_n is
/// 1/(2^k·n-grams), k the number of such lengths so far (NIST's smoothing, method 3 of Chen and Cherry 2014); where no word is right, or
/// the corpus has no sentence of four words, BLEU is 0.</remarks>
public sealed record Bleu(double Value, double StdErr)
{
    /// <summary>What was chosen, as sacreBLEU 2 prints it behind <c>BLEU</c>, less its version.</summary>
    public const string Signature = "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp";

    private const int Longest = 4;

    /// <summary>Of a corpus.</summary>
    /// <param name="translations">The translations.</param>
    /// <param name="references">The reference of each, in the same order.</param>
    /// <exception cref="ArgumentException">There are not as many references as translations.</exception>
    public static Bleu Of(IReadOnlyList<string> translations, IReadOnlyList<string> references)
    {
        var (value, error) = TranslationScore.Of(
            TranslationScore.Matches(translations, references, Match), matches => Score(matches, Longest));
        return new Bleu(value, error);
    }

    /// <summary>Of one sentence, over the lengths that the translation has n-grams of (sacreBLEU's effective order).</summary>
    /// <param name="translation">The translation.</param>
    /// <param name="reference">Its reference.</param>
    public static double OfSentence(string translation, string reference)
    {
        var matches = Match(translation, reference);
        return Score(matches, matches.Said.Count(said => said > 0));
    }

    /// <summary>The score of sums over the lengths from 1 on.</summary>
    internal static double Score(NgramMatches matches, int lengths)
    {
        var (logarithms, halving) = (0.0, 1.0);
        for (var length = 0; length < lengths; length++)
        {
            if (matches.Both[0] == 0 || matches.Said[length] == 0)
            {
                return 0;
            }

            halving *= matches.Both[length] == 0 ? 2 : 1;
            logarithms += Math.Log((matches.Both[length] == 0 ? 1 / halving : matches.Both[length]) / matches.Said[length]);
        }

        var brevity = Math.Min(0, 1 - (double)matches.There[0] / matches.Said[0]);
        return lengths == 0 ? 0 : 100 * Math.Exp(brevity + logarithms / lengths);
    }

    private static NgramMatches Match(string translation, string reference) =>
        NgramMatches.Of(BleuWords.Of(translation), BleuWords.Of(reference), Longest);
}
