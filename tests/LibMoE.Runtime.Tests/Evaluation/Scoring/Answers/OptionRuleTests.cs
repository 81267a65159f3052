namespace LibMoE.Runtime.Tests.Evaluation.Scoring.Answers;

/// <summary>Options by letter and text, worked out by hand from the scripts that the rules name.</summary>
public sealed class OptionRuleTests
{
    private static readonly AnswerKey Colors = Keys.Of("B", "red", "blue", "light blue", "green");

    [Theory]
    [InlineData("B", "B")]
    [InlineData("B.", "B")]
    [InlineData("(B) blue", "B")]
    [InlineData("The answer is B: blue", "B")]
    [InlineData("b", null)] // no letter, and no option's text
    [InlineData("A or B", null)]
    [InlineData("It is green", "D")]
    [InlineData("GREEN", "D")]
    [InlineData("light blue", null)] // contains blue as well
    [InlineData("Z", null)]
    [InlineData("A green one", "A")] // the article counts as a letter there, too
    [InlineData("Cannot determine the answer: B", null)]
    [InlineData("", null)]
    public void A_letter_goes_before_a_text_and_two_of_either_name_none(string answer, string? read)
    {
        Assert.Equal((read == "B" ? 1 : 0, read), Keys.Judge(AnswerRule.Letter, Colors, answer));
        Assert.Equal((read == "B" ? 1 : 0, read), Keys.Judge(AnswerRule.CircularLetter, Colors, answer));
    }

    [Theory]
    [InlineData("B", 1, "B")]
    [InlineData("b) because", 1, "B")]
    [InlineData("(b", 1, "B")]
    [InlineData("Option B", 1, "B")]
    [InlineData("The answer is B.", 1, "B")]
    [InlineData("Blue", 1, "B")] // whatever begins with the letter
    [InlineData("The answer is C", 0, "C")]
    [InlineData("It is B", 0, null)]
    [InlineData("(", 0, null)]
    [InlineData("option ", 0, null)]
    [InlineData("", 0, null)]
    public void MmStar_looks_in_four_places(string answer, double score, string? read) =>
        Assert.Equal((score, read), Keys.Judge(AnswerRule.MmStar, Keys.Of("B"), answer));

    [Theory]
    [InlineData("B", "B")]
    [InlineData(" B ", "B")]
    [InlineData("B. blue", "B")]
    [InlineData("B.", null)] // no blank behind the full stop
    [InlineData("B\nbecause", "B")] // a line break is a full stop
    [InlineData("I think. The answer is B.", "B")]
    [InlineData("The answer is C or The answer is B.", "B")] // the one with a full stop goes first
    [InlineData("The answer is C or The answer is B", "C")]
    [InlineData("E", null)] // there are four options
    [InlineData("The answer is blue", null)]
    [InlineData("b", null)]
    [InlineData("", null)]
    public void ScienceQA_is_read_as_LLaVA_reads_it(string answer, string? read) =>
        Assert.Equal((read == "B" ? 1 : 0, read), Keys.Judge(AnswerRule.ScienceQa, Colors, answer));

    [Theory]
    [InlineData("Blue.", 1)]
    [InlineData("blue...", 1)]
    [InlineData(" blue ", 1)]
    [InlineData("a blue", 0)]
    [InlineData("blue!", 0)]
    [InlineData("", 0)]
    public void Gqa_compares_in_lower_case_without_full_stops_at_the_end(string answer, double score) =>
        Assert.Equal(score, Keys.Judge(AnswerRule.ShortAnswer, Keys.Of("blue"), answer).Score);
}
