using LibMoE.Runtime.Common;
using static LibMoE.Runtime.Data.Tokenizers.Jinja.JinjaTokenKind;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Cuts what stands between <c>{{ }}</c> or <c>{% %}</c> into tokens, up to the end mark.</summary>
/// <param name="source">The template.</param>
/// <param name="start">Where it begins.</param>
/// <param name="line">The line there.</param>
/// <param name="isValue">Whether it ends with <c>}}</c>.</param>
internal sealed class ExpressionLexer(string source, int start, int line, bool isValue)
{
    private static readonly string[] Signs =
    [
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",",
    ];

    private readonly Stack<char> _open = new();
    private int _at = start;
    private readonly int _began = line;
    private int _line = line;

    /// <summary>Adds the tokens, the end mark last.</summary>
    /// <param name="tokens">Where they go.</param>
    /// <param name="behind">Where the text goes on.</param>
    /// <exception cref="JinjaException">The mark has no end, or something is no token.</exception>
    public void Read(List<JinjaToken> tokens, out int behind)
    {
        while (true)
        {
            SkipBlanks();
            if (_at >= source.Length)
            {
                throw new JinjaException($"the mark {(isValue ? "{{" : "{%")} has no end {(isValue ? "}}" : "%}")}", _began);
            }

            if (_open.Count == 0 && EndsHere() is { } end)
            {
                tokens.Add(new JinjaToken(isValue ? ValueEnd : BlockEnd, "", _line));
                behind = end;
                return;
            }

            tokens.Add(Next(tokens[^1]));
        }
    }

    private void SkipBlanks()
    {
        var next = PythonText.SkipBlanks(source, _at);
        _line += source.AsSpan(_at, next - _at).Count('\n');
        _at = next;
    }

    private int? EndsHere()
    {
        var sign = source[_at] is '-' or '+' ? source[_at] : '\0';
        var end = sign == '\0' ? _at : _at + 1;
        if (isValue)
        {
            return string.CompareOrdinal(source, end, "}}", 0, 2) != 0 || sign == '+' ? null
                : sign == '-' ? PythonText.SkipBlanks(source, end + 2)
                : end + 2;
        }

        return string.CompareOrdinal(source, end, "%}", 0, 2) == 0 ? BlockEnds.Behind(source, end, sign) : null;
    }

    private JinjaToken Next(JinjaToken before)
    {
        var (c, began) = (source[_at], _line);
        if (char.IsAsciiDigit(c))
        {
            return Number(before.IsSign("."));
        }

        if (char.IsLetter(c) || c == '_')
        {
            return new JinjaToken(Name, Taken(c => char.IsLetterOrDigit(c) || c == '_'), _line);
        }

        if (c is '\'' or '"')
        {
            return new JinjaToken(Quoted, Text(c), began);
        }

        var sign = Signs.FirstOrDefault(sign => string.CompareOrdinal(source, _at, sign, 0, sign.Length) == 0)
            ?? throw new JinjaException($"{MessageText.Quote(c.ToString())} has no meaning there", _line);
        Balance(sign[0]);
        _at += sign.Length;
        return new JinjaToken(Sign, sign, _line);
    }

    private void Balance(char sign)
    {
        if (sign is '(' or '[' or '{')
        {
            _open.Push(sign == '(' ? ')' : sign == '[' ? ']' : '}');
        }
        else if (sign is ')' or ']' or '}' && (!_open.TryPop(out var wanted) || wanted != sign))
        {
            throw new JinjaException($"the bracket '{sign}' closes none", _line);
        }
    }

    /// <summary>Digits with single underscores between; behind a point they are a place of a list.</summary>
    private JinjaToken Number(bool isPlace)
    {
        if (!isPlace && source[_at] == '0' && _at + 1 < source.Length && char.IsAsciiLetter(source[_at + 1]) && source[_at + 1] is not 'e')
        {
            throw new JinjaException("only decimal numbers are read", _line);
        }

        var text = Digits();
        var isReal = false;
        if (!isPlace && _at + 1 < source.Length && source[_at] == '.' && char.IsAsciiDigit(source[_at + 1]))
        {
            _at++;
            (text, isReal) = ($"{text}.{Digits()}", true);
        }

        var sign = _at + 1 < source.Length && source[_at + 1] is '-' or '+' ? 1 : 0;
        if (!isPlace && _at + 1 + sign < source.Length && source[_at] is 'e' or 'E' && char.IsAsciiDigit(source[_at + 1 + sign]))
        {
            var mark = source.Substring(_at, 1 + sign);
            _at += 1 + sign;
            (text, isReal) = ($"{text}{mark}{Digits()}", true);
        }

        return new JinjaToken(isReal ? Real : Whole, text, _line);
    }

    private string Digits() => Taken(c => char.IsAsciiDigit(c) || c == '_').Replace("_", "", StringComparison.Ordinal);

    private string Taken(Func<char, bool> belongs)
    {
        var begin = _at;
        while (_at < source.Length && belongs(source[_at]))
        {
            _at++;
        }

        return source[begin.._at];
    }

    private string Text(char quote)
    {
        var (begin, began) = (++_at, _line);
        for (; _at < source.Length && source[_at] != quote; _at++)
        {
            _at += source[_at] == '\\' ? 1 : 0;
        }

        if (_at >= source.Length)
        {
            throw new JinjaException("a text in quotes has no end", began);
        }

        var text = source[begin.._at++];
        _line += text.AsSpan().Count('\n');
        return PythonText.Unescaped(text, began);
    }
}
