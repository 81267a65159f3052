using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>
/// MathVista (Lu et al. 2024): an answer is extracted, brought into the form that the question asks for, and compared as a text
/// (lupantech/MathVista 0a520c4, evaluation/extract_answer.py, and 2a249bb, evaluation/calculate_score.py).
/// </summary>
/// <remarks>
/// Extraction by the rules there: an option's text, a whole number or a float as it is, else what stands in <c>The answer is "…".</c> Where
/// none holds, the authors ask GPT-4; we take the whole answer. Of an option, the first letter in brackets, or a letter alone, names it;
/// else it is the option with the smallest edit distance, the first of equals, so that an empty answer takes the shortest. Whole numbers
/// are cut off behind the point, floats rounded to the question's decimals, each written as Python writes it.
/// </remarks>
internal static partial class MathVistaRule
{
    private const string Choice = "multi_choice";

    public static Verdict Judge(AnswerKey key, string answer)
    {
        var read = Normalized(key, Extracted(key, answer));
        return Verdict.Of(read, key.Target);
    }

    private static string Extracted(AnswerKey key, string answer)
    {
        if (answer.Length == 0 || (key.Detail("questionType") == Choice && key.Choices.Contains(answer)))
        {
            return answer;
        }

        return key.Detail("answerType") switch
        {
            "integer" when PythonText.Integer(answer) is { } whole => whole.ToString(CultureInfo.InvariantCulture),
            "float" when PythonText.Float(answer) is { } real => PythonText.Write(real),
            _ => Statement().Match(answer) is { Success: true } stated ? stated.Groups[1].Value : answer,
        };
    }

    private static string? Normalized(AnswerKey key, string text)
    {
        if (key.Detail("questionType") == Choice)
        {
            return Option(key.Choices, text.Trim());
        }

        return (key.Detail("answerType"), PythonText.Float(text)) switch
        {
            ("integer", { } real) => double.IsFinite(real) ? new BigInteger(real).ToString(CultureInfo.InvariantCulture) : null,
            ("float", { } real) => PythonText.Write(PythonText.Round(real, Precision(key))),
            ("integer" or "float", null) => null,
            _ => text,
        };
    }

    private static string Option(IReadOnlyList<string> choices, string text)
    {
        text = Bracketed().Match(text) is { Success: true } letter ? letter.Groups[1].Value.ToUpperInvariant() : text;
        var named = Enumerable.Range(0, choices.Count).FirstOrDefault(option => AnswerKey.Letter(option) == text, -1);
        return named >= 0 ? choices[named] : choices.MinBy(choice => EditDistance.Of(text, choice))!;
    }

    /// <summary>Tables hold it as a float.</summary>
    private static int Precision(AnswerKey key) => (int)(PythonText.Float(key.Detail("precision")) ?? 0);

    [GeneratedRegex("The answer is \"(.*)\"\\.", RegexOptions.CultureInvariant)]
    private static partial Regex Statement();

    [GeneratedRegex(@"\(([a-zA-Z])\)", RegexOptions.CultureInvariant)]
    private static partial Regex Bracketed();
}
