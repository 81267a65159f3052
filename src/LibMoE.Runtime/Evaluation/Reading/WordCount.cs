namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>How lm-evaluation-harness counts the words that a perplexity is divided by.</summary>
internal static class WordCount
{
    /// <summary>
    /// One more than there are runs of white space: Python's <c>len(re.split(r"\s+", text))</c>, in which white space at either end leaves
    /// an empty word there.
    /// </summary>
    public static int Of(string text)
    {
        var (words, blank) = (1, false);
        foreach (var letter in text)
        {
            words += IsBlank(letter) && !blank ? 1 : 0;
            blank = IsBlank(letter);
        }

        return words;
    }

    /// <summary>Python's white space has the four separators of ASCII, which .NET's has not.</summary>
    private static bool IsBlank(char letter) => char.IsWhiteSpace(letter) || letter is >= '\x1c' and <= '\x1f';
}
