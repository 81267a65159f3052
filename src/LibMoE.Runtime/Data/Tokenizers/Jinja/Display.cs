using System.Globalization;
using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Values as Python prints them.</summary>
internal static class Display
{
    private static readonly Dictionary<char, string> Escapes = new() { ['\\'] = @"\\", ['\n'] = @"\n", ['\r'] = @"\r", ['\t'] = @"\t" };

    private static readonly TextValue Comma = new(", ");
    private static readonly TextValue OnlyOne = new(",");
    private static readonly TextValue Colon = new(": ");
    private static readonly TextValue OpenMap = new("{");
    private static readonly TextValue CloseMap = new("}");

    private static readonly Dictionary<ListKind, (TextValue Open, TextValue Close)> Brackets = new()
    {
        [ListKind.List] = (new TextValue("["), new TextValue("]")),
        [ListKind.Tuple] = (new TextValue("("), new TextValue(")")),
    };

    /// <summary>A value as <c>str</c> gives it; undefined is nothing.</summary>
    public static TextValue Of(JinjaValue value, TemplateRun run)
    {
        if (value is TextValue text)
        {
            return text;
        }

        var parts = new RenderedOutput();
        if (value is not UndefinedValue)
        {
            Add(parts, value, run, 0);
        }

        return parts.Text;
    }

    private static void Add(RenderedOutput parts, JinjaValue value, TemplateRun run, int depth)
    {
        run.Meter.Nested(depth);
        switch (value)
        {
            case TextValue text:
                parts.Add(run.Counted(text.Made(Quoted(text.Text))));
                break;
            case ListValue list:
                AddList(parts, list, run, depth);
                break;
            case MapValue map:
                AddEntries(parts, map.Entries, run, depth);
                break;
            default:
                parts.Add(new TextValue(Plain(value)));
                break;
        }
    }

    private static void AddList(RenderedOutput parts, ListValue list, TemplateRun run, int depth)
    {
        if (!Brackets.TryGetValue(list.ListKind, out var brackets))
        {
            throw new JinjaException(
                "a generator, a range, or a dictionary's keys, values or items cannot be printed; the filter list makes a list of them");
        }

        parts.Add(brackets.Open);
        foreach (var (index, item) in list.Items.Index())
        {
            parts.Add(index > 0 ? Comma : TextValue.Empty);
            Add(parts, item, run, depth + 1);
        }

        parts.Add(list is { ListKind: ListKind.Tuple, Items.Count: 1 } ? OnlyOne : TextValue.Empty);
        parts.Add(brackets.Close);
    }

    private static void AddEntries(
        RenderedOutput parts, IReadOnlyDictionary<JinjaValue, JinjaValue> entries, TemplateRun run, int depth)
    {
        parts.Add(OpenMap);
        foreach (var (index, (key, value)) in entries.Index())
        {
            parts.Add(index > 0 ? Comma : TextValue.Empty);
            Add(parts, key, run, depth + 1);
            parts.Add(Colon);
            Add(parts, value, run, depth + 1);
        }

        parts.Add(CloseMap);
    }

    private static string Plain(JinjaValue value) => value switch
    {
        NoneValue => "None",
        BoolValue truth => truth.IsTrue ? "True" : "False",
        WholeValue whole => whole.Number.ToString(CultureInfo.InvariantCulture),
        RealValue real => Numbers.Shown(real.Number),
        UndefinedValue => "Undefined",
        _ => throw new JinjaException($"{value.Kind} cannot be printed"),
    };

    /// <summary>A text in quotes, as <c>repr</c> gives it.</summary>
    private static string Quoted(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var quoted = new StringBuilder(text.Length + 2).Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.IsBmp && Escapes.TryGetValue((char)rune.Value, out var escape) ? quoted.Append(escape)
                : rune.Value == quote ? quoted.Append('\\').Append(quote)
                : IsPrintable(rune) ? quoted.Append(rune.ToString())
                : quoted.Append(rune.Value switch
                {
                    <= 0xff => $"\\x{rune.Value:x2}",
                    <= 0xffff => $"\\u{rune.Value:x4}",
                    _ => $"\\U{rune.Value:x8}",
                });
        }

        return quoted.Append(quote).ToString();
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);
}
