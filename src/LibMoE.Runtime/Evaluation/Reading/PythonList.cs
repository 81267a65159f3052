using System.Text;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>A list of texts and numbers as Python's <c>repr</c> writes it, which some tables hold as a text: <c>['red', "it's",
/// 3]</c>.</summary>
internal static class PythonList
{
    /// <summary>The elements as texts.</summary>
    /// <returns>Null where the text is no such list.</returns>
    public static IReadOnlyList<string>? TryParse(string text)
    {
        text = text.Trim();
        if (text is not ['[', .., ']'])
        {
            return null;
        }

        var (elements, at) = (new List<string>(), 1);
        while (true)
        {
            at = Skip(text, at);
            if (at == text.Length - 1)
            {
                return elements;
            }

            var element = text[at] is '\'' or '"' ? Quoted(text, ref at) : Bare(text, ref at);
            at = Skip(text, at);
            if (element is null || (text[at] != ',' && at != text.Length - 1))
            {
                return null;
            }

            elements.Add(element);
            at += text[at] == ',' ? 1 : 0;
        }
    }

    private static int Skip(string text, int at)
    {
        while (at < text.Length - 1 && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static string? Bare(string text, ref int at)
    {
        var start = at;
        while (at < text.Length - 1 && text[at] != ',')
        {
            at++;
        }

        var bare = text[start..at].Trim();
        return bare.Length > 0 && bare.AsSpan().IndexOfAny("[]'\"") < 0 ? bare : null;
    }

    private static string? Quoted(string text, ref int at)
    {
        var (quote, value) = (text[at++], new StringBuilder());
        while (at < text.Length - 1 && text[at] != quote)
        {
            if (text[at] == '\\')
            {
                at++;
                _ = text[at] switch
                {
                    'n' => value.Append('\n'),
                    't' => value.Append('\t'),
                    'r' => value.Append('\r'),
                    '\\' or '\'' or '"' => value.Append(text[at]),
                    var other => value.Append('\\').Append(other),
                };
                at++;
            }
            else
            {
                value.Append(text[at++]);
            }
        }

        return at < text.Length - 1 && text[at++] == quote ? value.ToString() : null;
    }
}
