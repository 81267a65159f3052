using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>BLEU by hand and by the values that sacreBLEU's own tests expect.</summary>
public sealed class BleuTests
{
    [Fact]
    public void It_is_the_geometric_mean_of_four_precisions()
    {
        Assert.Equal(100, Bleu.Of(["this is a test"], ["this is a test"]).Value, 12);

        // 5 of 6 words, 4 of 5 pairs, 3 of 4 and 2 of 3 longer ones.
        var expected = Math.Pow(5 / 6.0 * (4 / 5.0) * (3 / 4.0) * (2 / 3.0), 0.25);
        Assert.Equal(100 * expected, Bleu.Of(["a b c d e x"], ["a b c d e f"]).Value, 12);
    }

    [Fact]
    public void A_word_counts_as_often_as_its_reference_has_it()
    {
        // "the" 2 of 7, then nothing: halved three times.
        var expected = Math.Pow(2 / 7.0 * (1 / (2.0 * 6)) * (1 / (4.0 * 5)) * (1 / (8.0 * 4)), 0.25);

        Assert.Equal(100 * expected, Bleu.Of(["the the the the the the the"], ["the cat is on the mat ok"]).Value, 12);
    }

    [Fact]
    public void What_is_shorter_than_its_references_is_punished_and_what_is_longer_is_not()
    {
        Assert.Equal(100 * Math.Exp(1 - 6 / 4.0), Bleu.Of(["a b c d"], ["a b c d e f"]).Value, 12);
        Assert.Equal(100 * Math.Exp(-1), Bleu.OfSentence("test", "a test"), 12);
        Assert.Equal(100 * Math.Pow(3 / 4.0 * (2 / 3.0) * (1 / 2.0) * (1 / 2.0), 0.25), Bleu.Of(["a b c d"], ["a b c"]).Value, 12);
    }

    [Fact]
    public void Without_a_right_word_or_a_sentence_of_four_it_is_0()
    {
        Assert.Equal(0, Bleu.Of(["this is a cat"], ["okay thanks"]).Value);
        Assert.Equal(0, Bleu.Of(["a b c"], ["a b c"]).Value);
        Assert.Equal(100, Bleu.OfSentence("a b c", "a b c"), 12);
        Assert.Equal(0, Bleu.OfSentence("", "a"));
    }

    [Fact]
    public void A_corpus_adds_up_before_it_divides()
    {
        // Words 6 of 8, pairs 4 of 6, 3-grams 2 of 4, 4-grams 1 of 2.
        var expected = Math.Pow(6 / 8.0 * (4 / 6.0) * (2 / 4.0) * (1 / 2.0), 0.25);

        Assert.Equal(100 * expected, Bleu.Of(["a b c d", "a b x y"], ["a b c d", "a b z z"]).Value, 12);
    }

    /// <summary>mjpost/sacrebleu, test/test_sentence_bleu.py and test/test_bleu.py, which give three and ten digits.</summary>
    [Fact]
    public void Published_values_are_met()
    {
        Assert.Equal(8.493, Bleu.OfSentence(
            "Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;",
            "producţia de zahăr brut se exprimă în zahăr alb;"), 1e-3);
        Assert.Equal(83.75922397, Bleu.Score(new NgramMatches([10, 8, 6, 4], [10, 9, 8, 7], [9, 7, 5, 3]), 4), 1e-8);
    }

    [Theory]
    [InlineData("Hello, world!", "Hello|,|world|!")]
    [InlineData("It's 3,000.5 km.", "It's|3,000.5|km|.")]
    [InlineData("a well-known 5-year plan", "a|well-known|5|-|year|plan")]
    [InlineData("&quot;R&amp;D&quot; (x/y)", "\"|R|&|D|\"|(|x|/|y|)")]
    [InlineData("no<skipped> end -\nof line\n", "no|end|of|line")]
    [InlineData("“quoted” – …", "“quoted”|–|…")]
    [InlineData("wait... what", "wait|.|.|.|what")]
    public void Words_are_those_of_mteval(string sentence, string words) =>
        Assert.Equal(words.Split('|'), BleuWords.Of(sentence));

    [Fact]
    public void The_error_is_0_where_every_sentence_is_the_same()
    {
        string[] translations = [.. Enumerable.Repeat("a b c d x", 50)];
        var measured = Bleu.Of(translations, [.. translations.Select(_ => "a b c d e")]);

        Assert.Equal(Bleu.OfSentence("a b c d x", "a b c d e"), measured.Value, 9);
        Assert.Equal(0, measured.StdErr, 9);
        Assert.Equal(double.NaN, Bleu.Of([], []).Value);
    }

    [Fact]
    public void A_translation_without_a_reference_is_refused() =>
        Assert.Throws<ArgumentException>(() => Bleu.Of(["a", "b"], ["a"]));
}
