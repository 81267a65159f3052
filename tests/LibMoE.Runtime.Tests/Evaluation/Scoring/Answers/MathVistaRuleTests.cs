using LibMoE.Runtime.Evaluation.Scoring.Answers;

namespace LibMoE.Runtime.Tests.Evaluation.Scoring.Answers;

/// <summary>MathVista's extraction by rules and its forms of answers, worked out by hand from the authors' scripts.</summary>
public sealed class MathVistaRuleTests
{
    [Theory]
    [InlineData("145°", "145°")]
    [InlineData("(C)", "145°")]
    [InlineData("C", "145°")]
    [InlineData("(c) because (A) is small", "145°")] // the first letter in brackets
    [InlineData("The answer is \"145°\".", "145°")]
    [InlineData("145", "145°")] // one character from it
    [InlineData("139", "135°")] // two characters from it, three from the next
    [InlineData("", "5°")] // the shortest
    public void An_option_is_named_by_text_letter_or_likeness(string answer, string read) => Assert.Equal(
        (read == "145°" ? 1 : 0, read),
        Keys.Judge(AnswerRule.MathVista, Key("145°", "multi_choice", "text", "", "135°", "140°", "145°", "5°"), answer));

    [Theory]
    [InlineData("integer", "", "4", "4", 1)]
    [InlineData("integer", "", "4", "4.0", 1)]
    [InlineData("integer", "", "4", "4.9", 1)] // cut off
    [InlineData("integer", "", "-4", "-4.9", 1)]
    [InlineData("integer", "", "4", "four", 0)]
    [InlineData("integer", "", "4", "The answer is \"4\".", 1)]
    [InlineData("integer", "", "4", "inf", 0)]
    [InlineData("integer", "", "1000", "1e3", 1)]
    [InlineData("integer", "", "1000", "1,000", 0)] // no float in Python
    [InlineData("float", "1", "1.2", "1.2", 1)]
    [InlineData("float", "1", "1.2", "1.249", 1)]
    [InlineData("float", "1.0", "1.2", "1.25", 1)] // a tie goes to even
    [InlineData("float", "2", "1.12", "1.115", 0)] // the float64 lies below the tie
    [InlineData("float", "1", "2.0", "2", 1)]
    [InlineData("float", "1", "1.2", "1.2 m", 0)]
    [InlineData("list", "", "[1, 2]", "[1, 2]", 1)]
    [InlineData("list", "", "[1, 2]", "[1,2]", 0)]
    [InlineData("list", "", "[1, 2]", "The answer is \"[1, 2]\".", 1)]
    public void A_number_is_brought_into_the_form_that_is_asked_for(string type, string precision, string target, string answer,
        double score) =>
        Assert.Equal(score, Keys.Judge(AnswerRule.MathVista, Key(target, "free_form", type, precision), answer).Score);

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("a😀b", "ab", 1)]
    public void The_edit_distance_counts_code_points(string one, string other, int distance) =>
        Assert.Equal(distance, EditDistance.Of(one, other));

    [Theory]
    [InlineData(2.675, 2, "2.67")]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(0.375, 2, "0.38")]
    [InlineData(-2.5, 0, "-2.0")]
    [InlineData(1e22, 2, "1e+22")]
    [InlineData(1234567890123456.0, 1, "1234567890123456.0")]
    [InlineData(0.00001, 7, "1e-05")]
    [InlineData(0.0001, 7, "0.0001")]
    public void Numbers_are_rounded_and_written_as_Python_does(double value, int digits, string text) =>
        Assert.Equal(text, PythonText.Write(PythonText.Round(value, digits)));

    private static AnswerKey Key(string target, string question, string type, string precision, params string[] choices) =>
        Keys.Of(target, choices) with
        {
            Details = new Dictionary<string, string> { ["questionType"] = question, ["answerType"] = type, ["precision"] = precision },
        };
}
