namespace LibMoE.Runtime.Tests.Evaluation.Scoring.Answers;

/// <summary>Yes and no by the rules of POPE, MME and HallusionBench, worked out by hand from the scripts that the rules name.</summary>
public sealed class YesNoRuleTests
{
    [Theory]
    [InlineData("yes", "yes")]
    [InlineData("No", "no")]
    [InlineData("No, there is none.", "no")]
    [InlineData("There is no dog in the image.", "no")]
    [InlineData("The dog is not there", "no")]
    [InlineData("NO", "yes")] // neither No nor no
    [InlineData("none", "yes")]
    [InlineData("A dog. No cat.", "yes")] // behind the first sentence
    [InlineData("no\n", "no")]
    [InlineData("I cannot tell", "yes")]
    [InlineData("", "yes")]
    [InlineData(". no", "yes")]
    public void Pope_reads_everything_that_does_not_say_no_as_yes(string answer, string read)
    {
        Assert.Equal((read == "yes" ? 1 : 0, read), Keys.Judge(AnswerRule.Pope, Keys.Of("yes"), answer));
        Assert.Equal((read == "no" ? 1 : 0, read), Keys.Judge(AnswerRule.Pope, Keys.Of("no"), answer));
    }

    [Theory]
    [InlineData("Yes", "yes")]
    [InlineData("yes, it is", "yes")]
    [InlineData("No.", "no")]
    [InlineData("Not at all", "no")] // the first four letters are "not "
    [InlineData("a yes", null)] // "a ye"
    [InlineData("The answer is yes", null)]
    [InlineData("I know", null)] // "i kn"
    [InlineData("n", null)]
    [InlineData("", null)]
    [InlineData("  yes", "yes")]
    public void Mme_reads_the_first_four_letters(string answer, string? read)
    {
        Assert.Equal((read == "yes" ? 1 : 0, read), Keys.Judge(AnswerRule.Mme, Keys.Of("yes"), answer));
        Assert.Equal((read == "no" ? 1 : 0, read), Keys.Judge(AnswerRule.Mme, Keys.Of("no"), answer));
    }

    [Theory]
    [InlineData("Yes, they are the same.", "yes")]
    [InlineData("The answer is: no.", "no")]
    [InlineData("yes and no", null)]
    [InlineData("They are equal.", null)]
    [InlineData("nothing", null)]
    [InlineData("", null)]
    public void HallusionBench_reads_one_word_and_not_both(string answer, string? read) =>
        Assert.Equal((read == "yes" ? 1 : 0, read), Keys.Judge(AnswerRule.HallusionBench, Keys.Of("yes"), answer));
}
