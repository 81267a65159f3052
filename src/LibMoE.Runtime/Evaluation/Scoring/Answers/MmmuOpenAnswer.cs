using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>
/// MMMU's questions without options (MMMU-Benchmark/MMMU bb91f23, eval/eval_utils.py, parse_open_response and eval_open): of every line,
/// the shortest text behind one of the words that announce a result, in the last line also behind "=", or the whole answer where there is
/// none; and all numbers in these. Right where a right text is contained in one of the texts, or a right number, to two decimals, is among
/// the numbers.
/// </summary>
internal static partial class MmmuOpenAnswer
{
    private static readonly string[] Announcements = ["could be ", "so ", "is ", "thus ", "therefore ", "final ", "answer ", "result "];

    /// <summary>Whether one of the right answers is in it.</summary>
    public static bool IsRight(string answer, IReadOnlyList<string> golds)
    {
        var rights = golds.SelectMany(Normalized).ToList();
        var texts = Texts(answer).ToList();
        return texts.Concat(texts.SelectMany(Numbers)).SelectMany(Normalized).Any(read => read.Number is { } number
            ? rights.Exists(right => right.Number == number)
            : rights.Exists(right => right.Text is { } text && read.Text!.Contains(text, StringComparison.Ordinal)));
    }

    private static List<string> Texts(string answer)
    {
        var whole = answer.Trim().Trim('.').ToLowerInvariant();
        // The script splits at full stops before capitals as well, of which lower case leaves none.
        var lines = whole.Split('\n');
        var keys = lines.Select((line, index) => Key(line, index == lines.Length - 1 ? [.. Announcements, "="] : Announcements))
            .OfType<string>().ToList();
        return keys.Count > 0 ? keys : [whole];
    }

    /// <summary>The shortest text behind an announcement; null where there is none, or only a mark.</summary>
    private static string? Key(string line, string[] announcements)
    {
        string? shortest = null;
        foreach (var announcement in announcements.Where(word => line.Contains(word, StringComparison.Ordinal)))
        {
            var tail = line[(line.LastIndexOf(announcement, StringComparison.Ordinal) + announcement.Length)..].Trim();
            shortest = string.IsNullOrEmpty(shortest) || tail.Length < shortest.Length ? tail : shortest;
        }

        return shortest is null or "" or ":" or "," or "." or "!" or "?" or ";" or "'" ? null : shortest;
    }

    private static IEnumerable<string> Numbers(string text) =>
        new[] { WithCommas(), Scientific(), Plain() }.SelectMany(form => form.Matches(text).Select(match => match.Value));

    /// <summary>A number to two decimals, or a text in lower case; one letter counts only with a blank beside it.</summary>
    private static IEnumerable<(double? Number, string? Text)> Normalized(string text)
    {
        text = text.Trim();
        if (PythonText.Float(text.Replace(",", "", StringComparison.Ordinal)) is { } number)
        {
            return [(PythonText.Round(number, 2), null)];
        }

        text = text.ToLowerInvariant();
        return text.Length == 1 ? [(null, $" {text}"), (null, $"{text} ")] : [(null, text)];
    }

    [GeneratedRegex(@"-?\b\d{1,3}(?:,\d{3})+\b", RegexOptions.CultureInvariant)]
    private static partial Regex WithCommas();

    [GeneratedRegex(@"-?\d+(?:\.\d+)?[eE][+-]?\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Scientific();

    [GeneratedRegex(@"-?(?:\d+\.\d+|\.\d+|\d+\b)(?![eE][+-]?\d+)(?![,\d])", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
