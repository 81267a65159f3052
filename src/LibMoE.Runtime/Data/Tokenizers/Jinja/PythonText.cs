using System.Globalization;
using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>What Python does with the characters of texts.</summary>
internal static class PythonText
{
    private static readonly Dictionary<char, string> Escapes = new()
    {
        ['\n'] = "",
        ['\\'] = "\\",
        ['\''] = "'",
        ['"'] = "\"",
        ['a'] = "\a",
        ['b'] = "\b",
        ['f'] = "\f",
        ['n'] = "\n",
        ['r'] = "\r",
        ['t'] = "\t",
        ['v'] = "\v",
    };

    /// <summary>Escapes with hexadecimal digits, and how many there are.</summary>
    private static readonly Dictionary<char, int> Hexadecimal = new() { ['x'] = 2, ['u'] = 4, ['U'] = 8 };

    /// <summary>Whether a character is white space.</summary>
    public static bool IsBlank(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary>The first place from another one on that is not white space.</summary>
    public static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && IsBlank(text[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>Without white space at the end.</summary>
    public static string TrimEnd(string text) => text[..EndOf(text, IsBlank)];

    /// <summary>A text without characters at its ends.</summary>
    public static TextValue Trimmed(TextValue text, Func<char, bool> goes, bool left, bool right)
    {
        var start = 0;
        while (left && start < text.Text.Length && goes(text.Text[start]))
        {
            start++;
        }

        return text.Slice(start, right ? Math.Max(start, EndOf(text.Text, goes)) : text.Text.Length);
    }

    /// <summary>Order by code points.</summary>
    public static int Compare(string x, string y)
    {
        for (var at = 0; at < Math.Min(x.Length, y.Length); at++)
        {
            if (x[at] != y[at])
            {
                // Characters of two halves come behind all others, though their halves' numbers do not.
                return (char.IsSurrogate(x[at]), char.IsSurrogate(y[at])) switch
                {
                    (true, false) => 1,
                    (false, true) => -1,
                    _ => x[at].CompareTo(y[at]),
                };
            }
        }

        return x.Length.CompareTo(y.Length);
    }

    /// <summary>Upper-case letters, ß as SS.</summary>
    public static string Upper(string text) => text.Replace("ß", "SS", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Lower-case letters.</summary>
    public static string Lower(string text) => text.ToLowerInvariant();

    /// <summary>The first letter in upper case, all others in lower case.</summary>
    public static string Capitalized(string text) => text.Length == 0 ? "" : Upper(text[..1]) + Lower(text[1..]);

    /// <summary>Words in lower case with their first letter in upper case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="beginsWord">Whether a word begins behind a character.</param>
    public static string Titled(string text, Func<char, bool> beginsWord)
    {
        var titled = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var begins = at == 0 || beginsWord(text[at - 1]);
            _ = begins && text[at] == 'ß' ? titled.Append("Ss")
                : titled.Append(begins ? char.ToUpperInvariant(text[at]) : char.ToLowerInvariant(text[at]));
        }

        return titled.ToString();
    }

    /// <summary>What a text in quotes stands for.</summary>
    /// <exception cref="JinjaException">An escape is none.</exception>
    public static string Unescaped(string text, int line)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                _ = plain.Append(text[at]);
                continue;
            }

            var c = text[++at];
            if (Hexadecimal.TryGetValue(c, out var digits))
            {
                _ = plain.Append(Escaped(text, at + 1, digits, line));
                at += digits;
            }
            else if (c is >= '0' and <= '7')
            {
                var length = text.AsSpan(at, Math.Min(3, text.Length - at)).IndexOfAnyExceptInRange('0', '7');
                length = length < 0 ? Math.Min(3, text.Length - at) : length;
                _ = plain.Append((char)text.AsSpan(at, length).ToString().Aggregate(0, (value, digit) => value * 8 + (digit - '0')));
                at += length - 1;
            }
            else
            {
                _ = c == 'N' ? throw new JinjaException("characters by their names (\\N) are not read", line)
                    : Escapes.TryGetValue(c, out var meant) ? plain.Append(meant) : plain.Append('\\').Append(c);
            }
        }

        return plain.ToString();
    }

    private static string Escaped(string text, int at, int digits, int line)
    {
        var known = at + digits <= text.Length
            && uint.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
        var number = known
            ? uint.Parse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : uint.MaxValue;
        return number <= char.MaxValue ? ((char)number).ToString()
            : Rune.IsValid((int)Math.Min(number, int.MaxValue)) ? new Rune(number).ToString()
            : throw new JinjaException($"an escape of a text needs {digits} hexadecimal digits of a character", line);
    }

    private static int EndOf(string text, Func<char, bool> goes)
    {
        var end = text.Length;
        while (end > 0 && goes(text[end - 1]))
        {
            end--;
        }

        return end;
    }
}
