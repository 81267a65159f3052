using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Data.Tokenizers.Cuts;

/// <summary>
/// Reads an expression in Oniguruma's syntax (its doc/RE) into the parts of one for .NET: every character class and every literal that .NET
/// would read otherwise becomes a set of code points. What is not known is refused: other cuts would be silently wrong.
/// </summary>
internal sealed class PatternReader
{
    /// <summary>Groups that .NET reads alike.</summary>
    private static readonly string[] Groups = ["?:", "?=", "?!", "?<=", "?<!", "?>"];

    private readonly PatternText _text;
    private readonly List<PatternPart> _parts = [];

    /// <summary>Where open groups start, and the options outside them.</summary>
    private readonly Stack<(int Start, PatternOptions Options)> _open = new();
    private PatternOptions _options;

    /// <summary>Where the part starts to which a quantifier would belong; −1 where there is none.</summary>
    private int _atom = -1;

    /// <param name="pattern">The expression.</param>
    public PatternReader(string pattern) => _text = new PatternText(pattern);

    /// <summary>The parts in order.</summary>
    /// <exception cref="NotSupportedException">It is no expression, or has a part that is not known.</exception>
    public IReadOnlyList<PatternPart> Read()
    {
        while (!_text.AtEnd)
        {
            ReadOne();
        }

        return _open.Count == 0 ? _parts : throw _text.Fault("a group is not closed");
    }

    private void ReadOne()
    {
        switch (_text.Next())
        {
            case '\\':
                ReadEscape();
                break;
            case '[':
                Add(new ClassReader(_text, _options.IgnoresCase).Read());
                break;
            case '(':
                OpenGroup();
                break;
            case ')':
                CloseGroup();
                break;
            case '|':
                Assert("|");
                break;
            case '.':
                Add(_options.DotTakesLineEnds ? CodePointSet.Empty.Complement() : CodePointSet.Of('\n').Complement());
                break;
            case '^':
                Assert(@"(?:\A|(?<=\n)(?!\z))");
                break;
            case '$':
                Assert(@"(?=\n|\z)");
                break;
            case '*' or '+' or '?' or '{' when _text.Quantifier() is { } quantifier:
                Repeat(quantifier);
                break;
            default:
                AddLiteral(_text.Current);
                break;
        }
    }

    private void ReadEscape()
    {
        if (_text.Peek is not ('w' or 'W') && _text.EscapedSet() is { } set)
        {
            Add(_options.IgnoresCase ? UnicodeSets.WithBothCases(set) : set);
            return;
        }

        switch (_text.Peek)
        {
            case 'w' or 'W':
                Add(_text.Next() == 'w' ? UnicodeSets.WordOutsideClass : UnicodeSets.WordOutsideClass.Complement());
                break;
            case 'A' or 'z':
                Assert($"\\{(char)_text.Next()}");
                break;
            case 'Z':
                _text.Next();
                Assert(@"(?=\n?\z)");
                break;
            case 'b' or 'B':
                WordBoundary(_text.Next() == 'b');
                break;
            default:
                AddLiteral(_text.EscapedCharacter());
                break;
        }
    }

    /// <summary>Whether one side is a word and the other is not, or the reverse of it.</summary>
    private void WordBoundary(bool changes)
    {
        var word = new PatternPart("", UnicodeSets.WordOutsideClass);
        string[] texts = changes ? ["(?:(?<=", ")(?!", ")|(?<!", ")(?=", "))"] : ["(?:(?<=", ")(?=", ")|(?<!", ")(?!", "))"];
        foreach (var (index, text) in texts.Index())
        {
            Assert(text);
            if (index < texts.Length - 1)
            {
                _parts.Add(word);
            }
        }
    }

    private void OpenGroup()
    {
        var (start, outside) = (_parts.Count, _options);
        if (Groups.FirstOrDefault(_text.Skip) is { } kind)
        {
            _parts.Add(new($"({kind}"));
        }
        else if (_text.Skip("?"))
        {
            // Options for the rest of the group around it are only read at its beginning, where no alternative could be outside them.
            var isFirst = _parts.Count == 0 || (_open.Count > 0 && _open.Peek().Start == _parts.Count - 1);
            var (options, isGroup) = _text.Options(_options);
            _options = options;
            if (!isGroup)
            {
                _ = isFirst ? true : throw _text.Fault("options stand after something else");
                return;
            }

            _parts.Add(new("(?:"));
        }
        else
        {
            _parts.Add(new("(?:"));
        }

        _open.Push((start, outside));
        _atom = -1;
    }

    private void CloseGroup()
    {
        if (!_open.TryPop(out var group))
        {
            throw _text.Fault("a group is closed that is not open");
        }

        _parts.Add(new(")"));
        (_atom, _options) = (group.Start, group.Options);
    }

    private void Repeat(string quantifier)
    {
        if (_atom < 0)
        {
            throw _text.Fault("a quantifier stands after nothing");
        }

        // Possessive: an atomic group around the greedy form. A bound such as {1,3} knows no possessive form.
        var (mode, isBound) = (_text.Skip("?") ? "?" : "", quantifier[0] == '{');
        var isPossessive = mode.Length == 0 && !isBound && _text.Skip("+");
        if (mode.Length > 0 && isBound && !quantifier.Contains(','))
        {
            throw _text.Fault("a bound with one number is followed by a question mark");
        }

        _parts.Insert(_atom, new(isPossessive ? "(?>" : "(?:"));
        _parts.Add(new($"{quantifier}{mode})"));
    }

    private void AddLiteral(int codePoint)
    {
        var set = CodePointSet.Of(codePoint);
        var cases = _options.IgnoresCase ? UnicodeSets.WithBothCases(set) : set;
        if (cases.Ranges is [(var first, var last)] && first == last && codePoint <= char.MaxValue)
        {
            _atom = _parts.Count;
            _parts.Add(new(Regex.Escape(((char)codePoint).ToString())));
        }
        else
        {
            Add(cases);
        }
    }

    private void Add(CodePointSet set)
    {
        _atom = _parts.Count;
        _parts.Add(new("", set));
    }

    /// <summary>Something that takes no character, so that no quantifier belongs to it.</summary>
    private void Assert(string text)
    {
        _atom = -1;
        _parts.Add(new(text));
    }
}

/// <summary>A part of an expression: text for .NET, or a set of which one character stands there.</summary>
internal readonly record struct PatternPart(string Text, CodePointSet? Set = null);

/// <summary>The options that a place of an expression is under.</summary>
internal readonly record struct PatternOptions(bool IgnoresCase, bool DotTakesLineEnds);
