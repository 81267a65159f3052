using Translation;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>The simple methods of examples/Domains/Translation by hand.</summary>
public sealed class WordTranslationTests
{
    [Fact]
    public void One_round_of_model_1_counts_and_divides()
    {
        // Links: (none, a, b) to x and y; (none, a) to x. From equal values each word of the first pair gives a third to each of its links,
        // the second gives halves. c(x, a) = 1/3 + 1/2 = 5/6, c(y, a) = 1/3; c(x, b) = c(y, b) = 1/3.
        var model = IbmModel1.Train([(["a", "b"], ["x", "y"]), (["a"], ["x"])], rounds: 1);

        Assert.Equal(5 / 7.0, model.Probability("x", "a"), 12);
        Assert.Equal(2 / 7.0, model.Probability("y", "a"), 12);
        Assert.Equal(1 / 2.0, model.Probability("y", "b"), 12);
        Assert.Equal(5 / 7.0, model.Probability("x", null), 12);
        Assert.Equal(0, model.Probability("z", "a"));
        Assert.Equal(0, model.Probability("x", "c"));
    }

    [Fact]
    public void Further_rounds_explain_away()
    {
        // Second round of the above, for x and y of the first pair (none, a, b): x has 5/7, 5/7, 1/2, together 27/14; y has 2/7, 2/7, 1/2,
        // together 15/14. c(x, b) = 7/27, c(y, b) = 7/15, and t(y|b) = (7/15)/(7/15 + 7/27) = 27/42.
        var model = IbmModel1.Train([(["a", "b"], ["x", "y"]), (["a"], ["x"])], rounds: 2);

        Assert.Equal(27 / 42.0, model.Probability("y", "b"), 12);
        Assert.Equal("x", model.Best["a"]);
        Assert.Equal("y", model.Best["b"]);
        Assert.False(model.Best.ContainsKey("x"));
    }

    [Fact]
    public void The_memory_gives_the_translation_of_the_sentence_with_the_rarest_words_in_common()
    {
        var memory = new TranslationMemory([
            new(0, "jag ser en hund", "I see a dog"), new(0, "jag ser en katt", "I see a cat"), new(0, "jag ser", "I see")]);

        Assert.Equal("I see a cat", memory.Translate(new(0, "Var är min katt?", "")));
        Assert.Equal("", memory.Translate(new(0, "Nej", "")));
    }

    [Fact]
    public void Words_go_apart_and_together_again()
    {
        Assert.Equal(["Tom", "said", ",", "“", "Don't", "go", "at", "3.30", "”", "."], SentenceWords.Of("Tom said, “Don't go at 3.30”."));
        Assert.Equal("Who is it, Tom?", SentenceWords.Join(["who", "is", "it", ",", "Tom", "?"]));
    }

    [Fact]
    public void A_first_word_is_written_as_it_is_inside_sentences()
    {
        var letters = new WordLetters([["The", "man", "saw", "Tom"], ["Then", "I", "saw", "the", "man"]]);

        Assert.Equal(["the", "man"], letters.Of(["The", "man"]));
        Assert.Equal(["Tom", "ran"], letters.Of(["Tom", "ran"]));
        Assert.Equal(["never", "say"], letters.Of(["Never", "say"]));
    }

    [Fact]
    public void Each_language_is_translated_by_its_own_words()
    {
        SentencePair[] pairs = [new(0, "katt", "Cat"), new(1, "kat", "Cat"), new(2, "kucing", "Cat"), new(0, "hund", "Dog")];
        var methods = SimpleMethods.Of(pairs).ToDictionary(method => method.Name, method => method.Translate);

        Assert.Equal("Hund kat.", methods["copy"](new(1, "Hund kat.", "")));
        Assert.Equal("Hund cat.", methods["word by word"](new(1, "Hund kat.", "")));
        Assert.Equal("Dog", methods["translation memory"](new(0, "hund!", "")));
    }
}
