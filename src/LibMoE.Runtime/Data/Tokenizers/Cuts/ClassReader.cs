namespace LibMoE.Runtime.Data.Tokenizers.Cuts;

/// <summary>
/// Reads a character class in Oniguruma's syntax, after its bracket: ranges, escapes, classes in it, <c>&amp;&amp;</c>, the names of
/// POSIX.
/// </summary>
/// <param name="text">The expression.</param>
/// <param name="ignoresCase">Whether letters stand for both their cases.</param>
internal sealed class ClassReader(PatternText text, bool ignoresCase)
{
    private const int Deepest = 32;

    private static readonly Dictionary<string, Func<CodePointSet>> Posix = new()
    {
        ["alpha"] = () => UnicodeSets.Named("L")!,
        ["digit"] = () => UnicodeSets.Digit,
        ["alnum"] = () => UnicodeSets.Named("L")!.Union(UnicodeSets.Digit),
        ["upper"] = () => UnicodeSets.Named("Lu")!,
        ["lower"] = () => UnicodeSets.Named("Ll")!,
        ["space"] = () => UnicodeSets.Space,
        ["punct"] = () => UnicodeSets.Named("P")!.Union(UnicodeSets.Named("S")!),
        ["cntrl"] = () => UnicodeSets.Named("Cc")!,
        ["xdigit"] = () => UnicodeSets.Hexadecimal,
        ["word"] = () => UnicodeSets.Word,
        ["blank"] = () => UnicodeSets.Named("Zs")!.Union(CodePointSet.Of('\t')),
    };

    /// <summary>The set, with the closing bracket read.</summary>
    public CodePointSet Read() => Read(Deepest);

    private CodePointSet Read(int depth)
    {
        if (depth == 0)
        {
            throw text.Fault("classes lie too deep in one another");
        }

        var isNegated = text.Skip("^");
        var (all, operand) = ((CodePointSet?)null, CodePointSet.Empty);
        for (var isFirst = true; isFirst || text.Peek != ']'; isFirst = false)
        {
            if (text.Skip("&&"))
            {
                (all, operand) = (all?.Intersect(operand) ?? operand, CodePointSet.Empty);
                continue;
            }

            operand = operand.Union(Member(depth));
        }

        text.Next();
        var set = all?.Intersect(operand) ?? operand;
        set = ignoresCase ? UnicodeSets.WithBothCases(set) : set;
        return isNegated ? set.Complement() : set;
    }

    private CodePointSet Member(int depth)
    {
        if (text.Skip("[:"))
        {
            return Named();
        }

        if (text.Skip("["))
        {
            return Read(depth - 1);
        }

        if (text.Peek == '\\' && Escaped() is { } set)
        {
            return set;
        }

        var first = Character();
        var isBeforeSet = text.PeekAt(1) == '\\' && text.PeekAt(2) is 's' or 'd' or 'w' or 'h' or 'p' or 'S' or 'D' or 'W' or 'H' or 'P';
        var isRange = text.Peek == '-' && text.PeekAt(1) is not (-1 or ']' or '[') && !isBeforeSet;
        if (!isRange)
        {
            return CodePointSet.Of(first);
        }

        text.Next();
        var last = Character();
        return first <= last ? CodePointSet.Of([(first, last)]) : throw text.Fault("a range ends before it begins");
    }

    private CodePointSet? Escaped()
    {
        text.Next();
        if (text.EscapedSet() is { } set)
        {
            return set;
        }

        text.Back();
        return null;
    }

    private int Character()
    {
        var character = text.Next();
        return character != '\\' ? character
            : text.Skip("b") ? '\b'
            : text.EscapedCharacter();
    }

    private CodePointSet Named()
    {
        var isNegated = text.Skip("^");
        var name = Posix.Keys.FirstOrDefault(name => text.Skip($"{name}:]")) ?? throw text.Fault("a class in [: :] is not known");
        return isNegated ? Posix[name]().Complement() : Posix[name]();
    }
}
