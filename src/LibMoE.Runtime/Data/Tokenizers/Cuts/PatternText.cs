using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Data.Tokenizers.Cuts;

/// <summary>The text of an expression while it is read: its characters, escapes, quantifiers and options.</summary>
internal sealed partial class PatternText(string pattern)
{
    private static readonly Dictionary<int, int> Controls = new()
    {
        ['t'] = '\t',
        ['n'] = '\n',
        ['r'] = '\r',
        ['f'] = '\f',
        ['v'] = '\v',
        ['a'] = '\a',
        ['e'] = 0x1B,
    };

    private readonly int[] _characters = [.. pattern.EnumerateRunes().Select(rune => rune.Value)];
    private int _at;

    /// <summary>Whether all is read.</summary>
    public bool AtEnd => _at == _characters.Length;

    /// <summary>The character that was read last.</summary>
    public int Current => _characters[_at - 1];

    /// <summary>The next character; −1 at the end.</summary>
    public int Peek => PeekAt(0);

    /// <summary>The character so many after the next; −1 after the end.</summary>
    public int PeekAt(int distance) => _at + distance < _characters.Length ? _characters[_at + distance] : -1;

    /// <summary>Reads a character.</summary>
    public int Next() => AtEnd ? throw Fault("it ends too early") : _characters[_at++];

    /// <summary>Goes back by the character that was read last.</summary>
    public void Back() => _at--;

    /// <summary>Reads a text if it comes next.</summary>
    public bool Skip(string text)
    {
        var comes = text.Select((c, i) => PeekAt(i) == c).All(same => same);
        _at += comes ? text.Length : 0;
        return comes;
    }

    /// <summary>What is wrong, with the place.</summary>
    public NotSupportedException Fault(string problem) =>
        new($"in the expression {MessageText.Quote(pattern)}, before character {_at + 1}, {problem}");

    /// <summary>The set that an escape names, after its backslash; null, with nothing read, where it names none.</summary>
    public CodePointSet? EscapedSet()
    {
        var set = Peek switch
        {
            's' or 'S' => UnicodeSets.Space,
            'd' or 'D' => UnicodeSets.Digit,
            'w' or 'W' => UnicodeSets.Word,
            'h' or 'H' => UnicodeSets.Hexadecimal,
            'p' or 'P' => null,
            _ => CodePointSet.Empty,
        };
        if (set is { IsEmpty: true })
        {
            return null;
        }

        var isNegated = Next() is 'S' or 'D' or 'W' or 'H' or 'P';
        if (set is null)
        {
            var name = Skip("{") ? Until('}') : throw Fault("a property has no braces");
            isNegated ^= name.StartsWith('^');
            set = UnicodeSets.Named(name.TrimStart('^'))
                ?? throw Fault($"the property {MessageText.Quote(name)} is not known; general categories are");
        }

        return isNegated ? set.Complement() : set;
    }

    /// <summary>The character that an escape stands for, after its backslash.</summary>
    public int EscapedCharacter()
    {
        var escaped = Next();
        return escaped switch
        {
            'x' when Skip("{") => Hexadecimal(Until('}')),
            'x' => Hexadecimal(Digits(2)),
            'u' => Hexadecimal(Digits(4)),
            '0' => 0,
            _ when Controls.TryGetValue(escaped, out var control) => control,
            _ when escaped < 128 && char.IsAsciiLetterOrDigit((char)escaped) => throw Fault($"\\{(char)escaped} is not known"),
            _ => escaped,
        };
    }

    /// <summary>The quantifier whose first character was read last; null where the brace is none.</summary>
    public string? Quantifier()
    {
        if (Current != '{')
        {
            return ((char)Current).ToString();
        }

        var rest = string.Concat(_characters.Skip(_at - 1).Take(16).Select(codePoint => new Rune(codePoint).ToString()));
        if (Bound().Match(rest) is not { Success: true } bound)
        {
            return null;
        }

        _at += bound.Length - 1;
        return bound.Value.StartsWith("{,", StringComparison.Ordinal) ? $"{{0{bound.Value[1..]}" : bound.Value;
    }

    /// <summary>Options such as <c>i-m:</c>, and whether they open a group of their own.</summary>
    public (PatternOptions Options, bool IsGroup) Options(PatternOptions before)
    {
        var (options, value) = (before, true);
        for (var letter = Next(); letter is not (')' or ':'); letter = Next())
        {
            (value, options) = letter switch
            {
                '-' => (false, options),
                'i' => (value, options with { IgnoresCase = value }),
                'm' => (value, options with { DotTakesLineEnds = value }),
                _ => throw Fault($"a group of the kind {MessageText.Quote($"(?{new Rune(letter)}")} is not known"),
            };
        }

        return (options, Current == ':');
    }

    private string Until(char end)
    {
        var text = new StringBuilder();
        for (var character = Next(); character != end; character = Next())
        {
            text.Append(new Rune(character));
        }

        return text.ToString();
    }

    private string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => new Rune(Next()).ToString()));

    private int Hexadecimal(string digits) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && Rune.IsValid(value)
            ? value
            : throw Fault($"{MessageText.Quote(digits)} is no character in hexadecimal");

    [GeneratedRegex(@"^\{(?:[0-9]{1,5}(?:,[0-9]{0,5})?|,[0-9]{1,5})\}")]
    private static partial Regex Bound();
}
