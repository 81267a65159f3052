namespace LibMoE.Runtime.Tests.Evaluation.Scoring.Answers;

/// <summary>MMMU's parser, worked out by hand from the authors' eval_utils.py.</summary>
public sealed class MmmuRuleTests
{
    private static readonly AnswerKey Sky = Keys.Of("B", "the moon", "the sun", "a star", "the sun and the moon");

    [Theory]
    [InlineData("B", "B")]
    [InlineData("B.", "B")]
    [InlineData("'B'", "B")]
    [InlineData("(B)", "B")]
    [InlineData("(A) is wrong, so it is B", "A")] // brackets go before letters between blanks
    [InlineData("(A) is wrong, (B) is right", "B")] // the last of several
    [InlineData("B or A", "A")]
    [InlineData("B: the sun", null)] // "B:" is no letter between blanks, and the answer is short
    [InlineData("the sun", null)] // five words or fewer
    [InlineData("What I see in it is a star", "C")]
    [InlineData("What I see here is the sun", "B")]
    [InlineData("What I see in it is The Sun and The Moon", "A")] // "the moon" begins last
    [InlineData("none of them", null)]
    [InlineData("", null)]
    public void Options_are_read_by_brackets_then_letters_then_texts(string answer, string? read) =>
        Assert.Equal((read == "B" ? 1 : 0, read), Keys.Judge(AnswerRule.Mmmu, Sky, answer));

    [Fact]
    public void Of_texts_that_begin_at_one_place_the_first_option_is_taken()
    {
        var key = Keys.Of("A", "a star", "a star cluster");

        Assert.Equal((1, "A"), Keys.Judge(AnswerRule.Mmmu, key, "What I can see in it is a star cluster"));
    }

    [Theory]
    [InlineData("3", "3", 1)]
    [InlineData("3", "The result is 3.", 1)]
    [InlineData("3", "x = 3", 1)]
    [InlineData("3", "It is 4, so 3", 1)]
    [InlineData("3", "13", 0)]
    [InlineData("3.14", "about 3.1401", 1)] // both to two decimals
    [InlineData("1,200", "The total is $1200", 1)]
    [InlineData("1200", "The total is 1,200 dollars", 1)]
    [InlineData("0.00012", "1.2e-4", 1)] // both are 0.0 to two decimals
    [InlineData("chlorophyll", "The answer is Chlorophyll in plants", 1)]
    [InlineData("chlorophyll", "It is haemoglobin", 0)]
    // Its last "is " ends "photosynthesis", and "in plants" is what is left.
    [InlineData("photosynthesis", "The answer is photosynthesis in plants", 0)]
    [InlineData("C", "carbon", 0)] // one letter needs a blank beside it
    [InlineData("C", "the symbol c is used", 0)] // behind "is " stands "used"
    [InlineData("C", "take c now", 1)]
    [InlineData("3", "", 0)]
    [InlineData("['6000', '$6,000']", "The answer is 6,000", 1)]
    [InlineData("['a', 'b']", "no idea", 0)]
    public void An_open_answer_holds_the_right_text_or_number(string target, string answer, double score) =>
        Assert.Equal(score, Keys.Judge(AnswerRule.Mmmu, Keys.Of(target), answer).Score);

    [Fact]
    public void Only_the_last_line_may_announce_by_an_equals_sign()
    {
        Assert.Equal(1, Keys.Judge(AnswerRule.Mmmu, Keys.Of("7"), "x + y\nz = 7").Score);
        // "so 2" is the only announcement: "z = 7" stands in a line that is not the last.
        Assert.Equal(0, Keys.Judge(AnswerRule.Mmmu, Keys.Of("7"), "z = 7\nso 2").Score);
    }
}
