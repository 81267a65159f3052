using LibMoE.Runtime.Evaluation.Reading;

namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>
/// MMMU's parser (Yue et al. 2024; MMMU-Benchmark/MMMU bb91f23, eval/eval_utils.py). Of options, in this order: letters in brackets;
/// letters between blanks; in an answer of over five words, options whose text it contains. Of several, the one that stands last.
/// </summary>
/// <remarks>
/// An answer that names no option is wrong here, and counted; the authors draw an option at random then, whose expectation
/// <see cref="MetricNames.AccuracyWithGuesses"/> has. Questions without options go to <see cref="MmmuOpenAnswer"/>.
/// </remarks>
internal static class MmmuRule
{
    private const int MostWordsOfALetter = 5;

    public static Verdict Judge(AnswerKey key, string answer)
    {
        if (key.Choices.Count > 0)
        {
            return Verdict.Of(Read(key.Choices, answer), key.Target);
        }

        var golds = PythonList.TryParse(key.Target) ?? [key.Target];
        return new Verdict(MmmuOpenAnswer.IsRight(answer, golds) ? 1 : 0, answer.Length > 0 ? answer : null);
    }

    private static string? Read(IReadOnlyList<string> choices, string answer)
    {
        var text = answer;
        foreach (var mark in ",.!?;:'")
        {
            text = text.Trim(mark);
        }

        text = $" {text} ";
        var letters = Enumerable.Range(0, choices.Count).Select(AnswerKey.Letter).ToList();
        return Last(letters, letter => text.LastIndexOf($"({letter})", StringComparison.Ordinal))
            ?? Last(letters, letter => text.LastIndexOf($" {letter} ", StringComparison.Ordinal))
            ?? (PythonText.Words(text).Length > MostWordsOfALetter ? Last(letters, Content) : null);

        int Content(string letter) =>
            text.ToLowerInvariant().LastIndexOf(choices[letters.IndexOf(letter)].ToLowerInvariant(), StringComparison.Ordinal);
    }

    /// <summary>The letter that is found last, the first of equals; null where none is.</summary>
    private static string? Last(List<string> letters, Func<string, int> place)
    {
        var places = letters.ConvertAll(letter => place(letter));
        var last = places.Max();
        return last >= 0 ? letters[places.IndexOf(last)] : null;
    }
}
