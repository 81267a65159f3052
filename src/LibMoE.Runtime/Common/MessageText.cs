using System.Text;

namespace LibMoE.Runtime.Common;

/// <summary>Puts text that others wrote into messages: on one line, and never at a length that they choose.</summary>
internal static class MessageText
{
    private const int LongestQuote = 80;
    private const int LongestReason = 200;

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

    /// <summary>What a library says of a fault, without a full stop and the place that it appends, cut to 200 characters.</summary>
    public static string Reason(Exception fault)
    {
        var reason = fault.Message.Split(" Path:")[0].Split(" LineNumber:")[0].TrimEnd('.');
        return OneLine(reason.Length <= LongestReason ? reason : $"{reason[..LongestReason]}…");
    }

    /// <summary>The text in quotes, cut to 80 characters.</summary>
    public static string Quote(string text) =>
        text.Length <= LongestQuote ? $"'{OneLine(text)}'" : $"'{OneLine(text[..LongestQuote])}…' ({text.Length} characters)";
}
