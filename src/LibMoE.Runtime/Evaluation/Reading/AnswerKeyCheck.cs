namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>What a rule needs of a key, which the data may lack.</summary>
internal static class AnswerKeyCheck
{
    private const int People = 10;

    /// <summary>What is wrong; null where nothing is.</summary>
    public static string? Problem(AnswerRule rule, AnswerKey key) => rule switch
    {
        AnswerRule.Pope or AnswerRule.Mme or AnswerRule.HallusionBench => key.Target is "yes" or "no" ? null
            : $"the right answer is '{Short(key.Target)}'; it must be yes or no",
        AnswerRule.TextVqa => key.Accepted.Count == People ? null
            : $"the item has {key.Accepted.Count} answers; {People} people answered each question",
        AnswerRule.MmStar => key.Target is [>= 'A' and <= 'Z'] ? null
            : $"the right answer is '{Short(key.Target)}'; it must be an option's letter",
        AnswerRule.Letter or AnswerRule.CircularLetter or AnswerRule.ScienceQa => key.Choices.Count > 1 ? null : "the item has no options",
        AnswerRule.Mmmu => key.Choices.Count == 0 || Names(key) ? null
            : $"the right answer is '{Short(key.Target)}'; it must be one of {key.Choices.Count} options' letters",
        AnswerRule.MathVista when key.Detail("questionType") == "multi_choice" => key.Choices.Contains(key.Target) ? null
            : $"the right answer '{Short(key.Target)}' is none of the {key.Choices.Count} options",
        _ => key.Target.Trim().Length > 0 ? null : "the right answer is empty",
    };

    private static bool Names(AnswerKey key) => Enumerable.Range(0, key.Choices.Count)
        .Any(option => AnswerKey.Letter(option) == key.Target);

    private static string Short(string text) => TemplateFilters.Shorten(text);
}
