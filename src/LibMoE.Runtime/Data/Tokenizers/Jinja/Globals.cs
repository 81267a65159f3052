using System.Globalization;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>The functions that every template may call. Knowing one is a row here.</summary>
internal static class Globals
{
    private static readonly Dictionary<string, Func<CallArguments, JinjaValue>> Rows = new()
    {
        ["range"] = Range,
        ["namespace"] = given => new NamespaceValue(Entries(given, "namespace")
            .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal)),
        ["dict"] = given => MapValue.Of(Entries(given, "dict"), given.Run.Equality),
        ["raise_exception"] = given => throw new JinjaException(
            Display.Of(BoundArguments.Of(given, "raise_exception", ["message"]).Required(0), given.Run).Text)
        { IsRefusal = true },
        ["strftime_now"] = given => new TextValue(ClockText.Of(
            given.Run.Now, BoundArguments.Of(given, "strftime_now", ["format"]).Text(0)?.Text
                ?? throw new JinjaException("strftime_now needs a format"))),
    };

    /// <summary>A scope with all of them.</summary>
    public static Scope Scope()
    {
        var scope = new Scope(null);
        foreach (var (name, call) in Rows)
        {
            scope.Set(name, new FunctionValue(name, call));
        }

        return scope;
    }

    private static ListValue Range(CallArguments given)
    {
        var numbers = given.Positions.Select(Numbers.Whole).ToList();
        var (start, stop, step) = numbers switch
        {
            [{ } end] => (0, end, 1),
            [{ } begin, { } end] => (begin, end, 1),
            [{ } begin, { } end, { } by and not 0] => (begin, end, by),
            _ => throw new JinjaException("range needs one to three whole numbers, the third of them not 0"),
        };
        var items = new List<JinjaValue>();
        for (Int128 number = start; step > 0 ? number < stop : number > stop; number += step)
        {
            given.Run.Meter.Spend(1);
            items.Add(new WholeValue((long)number));
        }

        return new ListValue(items, ListKind.Range);
    }

    /// <summary>Named values, behind those of a dictionary.</summary>
    private static List<(string Name, JinjaValue Value)> Entries(CallArguments given, string what)
    {
        var entries = given.Positions switch
        {
            [] => [],
            [MapValue map] when map.Entries.Keys.All(key => key is TextValue) =>
                map.Entries.Select(entry => (((TextValue)entry.Key).Text, entry.Value)),
            _ => throw new JinjaException($"{what} takes values by name, or one dictionary with names"),
        };
        return [.. entries.Concat(given.Names).GroupBy(entry => entry.Item1).Select(same => same.Last())];
    }
}

/// <summary>The time by a format of C's <c>strftime</c>. Knowing a letter is a row here.</summary>
internal static class ClockText
{
    private static readonly Dictionary<char, string> Formats = new()
    {
        ['a'] = "ddd",
        ['A'] = "dddd",
        ['b'] = "MMM",
        ['B'] = "MMMM",
        ['d'] = "dd",
        ['f'] = "ffffff",
        ['F'] = "yyyy-MM-dd",
        ['h'] = "MMM",
        ['H'] = "HH",
        ['I'] = "hh",
        ['m'] = "MM",
        ['M'] = "mm",
        ['p'] = "tt",
        ['S'] = "ss",
        ['T'] = "HH:mm:ss",
        ['y'] = "yy",
        ['Y'] = "yyyy",
    };

    private static readonly Dictionary<char, Func<DateTimeOffset, string>> Others = new()
    {
        ['%'] = _ => "%",
        ['e'] = time => FormattableString.Invariant($"{time.Day,2}"),
        ['j'] = time => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        ['n'] = _ => "\n",
        ['t'] = _ => "\t",
    };

    /// <summary>The time in words.</summary>
    /// <exception cref="JinjaException">A letter is not known.</exception>
    public static string Of(DateTimeOffset time, string format)
    {
        const int Longest = 200;
        if (format.Length > Longest)
        {
            throw new JinjaException($"the format of strftime_now has more than {Longest} characters");
        }

        var text = new System.Text.StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                text.Append(format[at]);
                continue;
            }

            // "%-d" is "%d" without a leading zero.
            var isBare = at + 1 < format.Length && format[at + 1] == '-';
            at += isBare ? 2 : 1;
            var letter = at < format.Length ? format[at] : ' ';
            var part = Formats.TryGetValue(letter, out var known) ? time.ToString($"{known}", CultureInfo.InvariantCulture)
                : Others.TryGetValue(letter, out var other) ? other(time)
                : throw new JinjaException($"strftime_now does not know '%{letter}'; it knows "
                    + string.Join(", ", Formats.Keys.Concat(Others.Keys).Order().Select(one => $"%{one}")));
            text.Append(isBare && part.Length > 1 ? part.TrimStart('0', ' ') is { Length: > 0 } bare ? bare : "0" : part);
        }

        return text.ToString();
    }
}
