using LibMoE.Runtime.Evaluation.Scoring.Answers;

namespace LibMoE.Runtime.Tests.Evaluation.Scoring.Answers;

/// <summary>Soft accuracy over ten answers, and the form that answers are compared in.</summary>
public sealed class TextVqaRuleTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.3)]
    [InlineData(2, 0.6)]
    [InlineData(3, 0.9)]
    [InlineData(4, 1)]
    [InlineData(10, 1)]
    public void The_leave_one_out_mean_of_n_equal_answers(int same, double score)
    {
        var key = new AnswerKey
        {
            Target = "",
            Accepted = [.. Enumerable.Range(0, 10).Select(person => person < same ? "stop" : $"other {person}")]
        };

        Assert.Equal(score, AnswerRules.Judge(AnswerRule.TextVqa, key, "Stop").Score, 12);
        Assert.Equal(LeaveOneOut(key.Accepted, "stop"), AnswerRules.Judge(AnswerRule.TextVqa, key, "stop.").Score, 12);
    }

    [Fact]
    public void An_empty_answer_equals_no_one_s()
    {
        var key = new AnswerKey { Target = "", Accepted = [.. Enumerable.Repeat("stop", 10)] };

        Assert.Equal(new Verdict(0, null), AnswerRules.Judge(AnswerRule.TextVqa, key, ""));
    }

    [Theory]
    [InlineData("The  Stop,sign?", "stopsign")]
    [InlineData("an apple", "apple")]
    [InlineData("two", "2")]
    [InlineData("none", "0")]
    [InlineData("dont", "don't")]
    [InlineData("Bob's car", "bob 's car")]
    [InlineData("a/b", "b")] // the slash is a blank, and then the article goes
    [InlineData("x - y", "x y")]
    [InlineData("x-y", "x y")]
    [InlineData("3.50", "3.50")]
    [InlineData("3. 50.", "3 50")]
    [InlineData("1,000", "1000")]
    [InlineData("line\nbreak", "line break")]
    [InlineData("x\n-y c-d", "x y cd")] // the line break is a blank beside the dash
    [InlineData("x\t-y c-d", "x y cd")]
    public void Answers_are_compared_in_VQA_s_form(string answer, string form) => Assert.Equal(form, VqaText.Normalized(answer));

    /// <summary>The formula once more, in plain loops.</summary>
    private static double LeaveOneOut(IReadOnlyList<string> answers, string said)
    {
        var sum = 0.0;
        for (var left = 0; left < answers.Count; left++)
        {
            var others = 0;
            for (var person = 0; person < answers.Count; person++)
            {
                others += person != left && answers[person] == said ? 1 : 0;
            }

            sum += Math.Min(1, others / 3.0);
        }

        return sum / answers.Count;
    }
}
