namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>
/// Which option an answer names (open-compass/VLMEvalKit 18fc37a, vlmeval/utils/matching_util.py, can_infer): the only letter of an option
/// among its words, once <c>.()[],:;!*#{}</c> are blanks; without a letter, the only option whose text it contains, upper and lower case
/// alike. Two letters or two texts, the letter Z, and four phrases of refusal name none, which is wrong; MMBench's authors would then ask a
/// language model, which we do not.
/// </summary>
internal static class LetterRule
{
    private const string Separators = ".()[],:;!*#{}";

    private static readonly string[] Refusals =
    [
        "Sorry, I can't help with images of people yet.", "I can't process this file.", "I'm sorry, but without the image provided",
        "Cannot determine the answer",
    ];

    public static Verdict Judge(AnswerKey key, string answer) => Verdict.Of(Read(key.Choices, answer), key.Target);

    private static string? Read(IReadOnlyList<string> choices, string answer)
    {
        if (Array.Exists(Refusals, refusal => answer.Contains(refusal, StringComparison.Ordinal)))
        {
            return null;
        }

        var words =
            PythonText.Words(string.Concat(answer.Select(letter => Separators.Contains(letter, StringComparison.Ordinal) ? ' ' : letter)));
        var named = Enumerable.Range(0, choices.Count).Select(AnswerKey.Letter).Where(letter => words.Contains(letter)).ToList();
        if (named.Count == 1)
        {
            return named[0];
        }

        if (named.Count == 0 && words.Contains("Z"))
        {
            return null;
        }

        var text = answer.ToLowerInvariant();
        var contained = choices.Index().Where(choice => text.Contains(choice.Item.ToLowerInvariant(), StringComparison.Ordinal)).ToList();
        return contained.Count == 1 ? AnswerKey.Letter(contained[0].Index) : null;
    }
}
