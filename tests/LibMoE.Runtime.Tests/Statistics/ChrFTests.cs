using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>chrF by hand and by the values that sacreBLEU's own tests expect.</summary>
public sealed class ChrFTests
{
    private const string Assessed =
        " risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .";

    private const string Assessment =
        "risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .";

    private const string Relation = " Die    Beziehung zwischen  Obama und Netanjahu ist nicht gerade  freundlich. ";
    private const string Relationship = "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.";

    [Theory]
    [InlineData("a")]
    [InlineData("abc")]
    [InlineData("Tom ran.")]
    [InlineData("Niemand hat die Absicht, eine Mauer zu errichten")]
    public void What_is_its_reference_has_100_however_short_it_is(string sentence)
    {
        Assert.Equal(100, ChrF.OfSentence(sentence, sentence), 12);
        Assert.Equal(100, ChrF.Of([sentence, "b"], [sentence, "b"]).Value, 12);
    }

    [Fact]
    public void It_weighs_recall_twice_as_much_as_precision()
    {
        // One length for "a": P = 1, R = 1/2 of its letters; of two letters only the reference has an n-gram. 5·PR/(4P + R) = 5/9.
        Assert.Equal(500 / 9.0, ChrF.OfSentence("a", "ab"), 12);

        // The other way around P = 1/2, R = 1: 5/6.
        Assert.Equal(500 / 6.0, ChrF.OfSentence("ab", "a"), 12);
    }

    [Fact]
    public void A_length_counts_once_both_have_an_ngram_of_it()
    {
        // One letter of two, none of one pair: means of 1/4.
        Assert.Equal(25, ChrF.OfSentence("aa", "ab"), 12);
        Assert.Equal(0, ChrF.OfSentence("abcdefg", "hijklmnop"));
        Assert.Equal(0, ChrF.OfSentence("", "reference"));
        Assert.Equal(0, ChrF.OfSentence("reference", ""));
    }

    [Fact]
    public void Blanks_do_not_count_and_a_letter_beyond_16_bits_is_one()
    {
        Assert.Equal(100, ChrF.OfSentence("a b c", "a\u00a0bc"), 12);
        Assert.Equal(ChrF.OfSentence("ax", "ay"), ChrF.OfSentence("😀x", "😀y"), 12);
    }

    [Fact]
    public void A_corpus_adds_up_before_it_divides()
    {
        Assert.Equal(50, ChrF.Of(["a", "b"], ["a", "c"]).Value, 12);

        // Letters 4 of 5 right, pairs 2 of 3, and one 3-gram: (4/5 + 2/3 + 1)/3 each, not the mean of 100 and 25.
        Assert.Equal(100 * (4 / 5.0 + 2 / 3.0 + 1) / 3, ChrF.Of(["abc", "aa"], ["abc", "ab"]).Value, 12);
    }

    /// <summary>mjpost/sacrebleu, test/test_chrf.py, whose cases without smoothing have β = 3; the last is what its version 2.6.0
    /// gives.</summary>
    [Theory]
    [InlineData(Assessed, Assessment, 3, 63.361730303214769)]
    [InlineData(Relation, Relationship, 3, 64.130269831561459)]
    [InlineData("the cat sat", "the cat sit", 2, 68.66402116402116)]
    public void Published_values_are_met(string translation, string reference, double beta, double expected)
    {
        var matches = NgramMatches.Of(ChrF.Characters(translation), ChrF.Characters(reference), 6);

        Assert.Equal(expected, ChrF.Score(matches, beta), 1e-6);
    }

    [Fact]
    public void The_error_is_that_of_a_share_where_sentences_are_right_or_wrong()
    {
        string[] translations = [.. Enumerable.Range(0, 200).Select(number => number % 4 == 0 ? "b" : "a")];
        var measured = ChrF.Of(translations, [.. translations.Select(_ => "a")]);

        Assert.Equal(75, measured.Value, 12);
        Assert.Equal(100 * Math.Sqrt(0.75 * 0.25 / 200), measured.StdErr, 0.3);
        Assert.Equal(double.NaN, ChrF.Of(["a"], ["a"]).StdErr);
        Assert.Equal(double.NaN, ChrF.Of([], []).Value);
    }

    [Fact]
    public void A_translation_without_a_reference_is_refused() =>
        Assert.Throws<ArgumentException>(() => ChrF.Of(["a", "b"], ["a"]));
}
