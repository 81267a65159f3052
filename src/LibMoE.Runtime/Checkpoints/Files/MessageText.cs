using System.Text;

namespace LibMoE.Runtime;

/// <summary>Puts text that others wrote into messages: on one line, and never at a length that they choose.</summary>
internal static class MessageText
{
    private const int LongestQuote = 80;

    /// <summary>The text with control characters (line ends among them) as escapes.</summary>
    public static string OneLine(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var line = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            _ = char.IsControl(c) ? line.Append("\\u").Append(((int)c).ToString("x4", null)) : line.Append(c);
        }

        return line.ToString();
    }

    /// <summary>The text in quotes, cut to 80 characters.</summary>
    public static string Quote(string text) =>
        text.Length <= LongestQuote ? $"'{OneLine(text)}'" : $"'{OneLine(text[..LongestQuote])}…' ({text.Length} characters)";
}
