using LibMoE.Runtime.Common;
using static LibMoE.Runtime.Data.Tokenizers.Jinja.JinjaTokenKind;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>
/// Cuts a template into tokens, with the settings of transformers: a line end behind a block goes with it (<c>trim_blocks</c>), and so do
/// blanks between the beginning of a line and a block (<c>lstrip_blocks</c>). Signs <c>-</c> and <c>+</c> beside a mark decide otherwise.
/// </summary>
internal sealed class JinjaLexer
{
    private const int LongestTemplate = 1 << 20;
    private const string Raw = "raw";
    private const string EndRaw = "endraw";

    private readonly string _source;
    private readonly List<JinjaToken> _tokens = [];
    private int _at;
    private int _line = 1;
    private bool _beginsLine = true;

    private JinjaLexer(string source)
    {
        _source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        _source = _source.EndsWith('\n') ? _source[..^1] : _source;
    }

    /// <summary>The tokens of a template, <see cref="End"/> last.</summary>
    /// <exception cref="JinjaException">A mark has no end, or something is no token.</exception>
    public static IReadOnlyList<JinjaToken> Read(string template)
    {
        if (template.Length > LongestTemplate)
        {
            throw new JinjaException(
                FormattableString.Invariant($"it has {template.Length:N0} characters; at most {LongestTemplate:N0} are read"));
        }

        var lexer = new JinjaLexer(template);
        while (lexer._at < lexer._source.Length)
        {
            lexer.ReadPart();
        }

        lexer.Add(End, "");
        return lexer._tokens;
    }

    /// <summary>The text up to the next mark, and what the mark begins.</summary>
    private void ReadPart()
    {
        var mark = NextMark();
        if (mark < 0)
        {
            Add(Text, _source[_at..]);
            MoveTo(_source.Length);
            return;
        }

        var kind = _source[mark + 1];
        var sign = mark + 2 < _source.Length && _source[mark + 2] is '-' or '+' ? _source[mark + 2] : '\0';
        AddText(_source[_at..mark], sign, strips: kind != '{');
        MoveTo(mark + (sign == '\0' ? 2 : 3));
        switch (kind)
        {
            case '#':
                SkipTo("#}", "comment");
                break;
            case '%' when RawBegin() is { } begin:
                MoveTo(begin);
                ReadRaw();
                break;
            default:
                Add(kind == '{' ? ValueBegin : BlockBegin, "");
                new ExpressionLexer(_source, _at, _line, kind == '{').Read(_tokens, out var end);
                MoveTo(end);
                break;
        }
    }

    private int NextMark()
    {
        for (var at = _source.IndexOf('{', _at); at >= 0 && at + 1 < _source.Length; at = _source.IndexOf('{', at + 1))
        {
            if (_source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Text before a mark, without the blanks that go with it.</summary>
    private void AddText(string text, char sign, bool strips)
    {
        if (sign == '-')
        {
            text = PythonText.TrimEnd(text);
        }
        else if (sign != '+' && strips)
        {
            var start = text.LastIndexOf('\n') + 1;
            var isBlank = PythonText.SkipBlanks(text, start) == text.Length;
            text = isBlank && (start > 0 || _beginsLine) ? text[..start] : text;
        }

        Add(Text, text);
    }

    /// <summary>Leaves out all up to a mark, and what goes with it.</summary>
    private void SkipTo(string mark, string what)
    {
        var end = _source.IndexOf(mark, _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new JinjaException($"the {what} has no end {MessageText.Quote(mark)}", _line);
        }

        MoveTo(BlockEnds.Behind(_source, end, end > _at ? _source[end - 1] : '\0'));
    }

    /// <summary>Where the text behind <c>{% raw %}</c> begins; null where the block is another one.</summary>
    private int? RawBegin()
    {
        var at = PythonText.SkipBlanks(_source, _at);
        if (string.CompareOrdinal(_source, at, Raw, 0, Raw.Length) != 0)
        {
            return null;
        }

        at = PythonText.SkipBlanks(_source, at + Raw.Length);
        return _source.AsSpan(at) switch
        {
            ['%', '}', ..] => at + 2,
            ['-', '%', '}', ..] => PythonText.SkipBlanks(_source, at + 3),
            _ => null,
        };
    }

    private void ReadRaw()
    {
        for (var mark = _source.IndexOf("{%", _at, StringComparison.Ordinal); mark >= 0;
            mark = _source.IndexOf("{%", mark + 2, StringComparison.Ordinal))
        {
            var sign = mark + 2 < _source.Length && _source[mark + 2] is '-' or '+' ? _source[mark + 2] : '\0';
            var word = PythonText.SkipBlanks(_source, mark + (sign == '\0' ? 2 : 3));
            if (string.CompareOrdinal(_source, word, EndRaw, 0, EndRaw.Length) != 0)
            {
                continue;
            }

            var end = PythonText.SkipBlanks(_source, word + EndRaw.Length);
            var closes = end < _source.Length && _source[end] is '-' or '+' ? end + 1 : end;
            if (string.CompareOrdinal(_source, closes, "%}", 0, 2) == 0)
            {
                AddText(_source[_at..mark], sign, strips: true);
                MoveTo(BlockEnds.Behind(_source, closes, closes > end ? _source[end] : '\0'));
                return;
            }
        }

        throw new JinjaException("the block raw has no end {% endraw %}", _line);
    }

    private void Add(JinjaTokenKind kind, string text)
    {
        if (kind != Text || text.Length > 0)
        {
            _tokens.Add(new JinjaToken(kind, text, _line));
        }
    }

    private void MoveTo(int place)
    {
        _line += _source.AsSpan(_at, place - _at).Count('\n');
        _beginsLine = place > _at && _source[place - 1] == '\n';
        _at = place;
    }
}

/// <summary>What goes with the end of a block or comment.</summary>
internal static class BlockEnds
{
    /// <summary>The place behind: without white space for <c>-</c>, with all of it for <c>+</c>, and else without a line end.</summary>
    /// <param name="source">The template.</param>
    /// <param name="end">Where the end's two characters stand.</param>
    /// <param name="sign">The sign before them.</param>
    public static int Behind(string source, int end, char sign)
    {
        var behind = end + 2;
        return sign switch
        {
            '-' => PythonText.SkipBlanks(source, behind),
            '+' => behind,
            _ => behind < source.Length && source[behind] == '\n' ? behind + 1 : behind,
        };
    }
}
