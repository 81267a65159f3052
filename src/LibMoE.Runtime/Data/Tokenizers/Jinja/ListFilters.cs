namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Filters of lists and dictionaries. Knowing one is a row here.</summary>
internal static class ListFilters
{
    /// <summary>The filters by name.</summary>
    public static IReadOnlyDictionary<string, FilterRow> Rows { get; } = new Dictionary<string, FilterRow>
    {
        ["length"] = new([], (value, _) => new WholeValue(Length(value))),
        ["count"] = new([], (value, _) => new WholeValue(Length(value))),
        ["list"] = new([], (value, given) => given.Run.List([.. given.Run.Items(value)])),
        ["first"] = new([], (value, given) => given.Run.Items(value) is [var first, ..] ? first : new UndefinedValue("the first of none")),
        ["last"] = new([], (value, given) => given.Run.Items(value) is [.., var last] ? last : new UndefinedValue("the last of none")),
        ["reverse"] = new([], Reversed),
        ["items"] = new([], Entries),
        ["dictsort"] = new(["case_sensitive", "by", "reverse"], SortedEntries),
        ["sort"] = new(["reverse", "case_sensitive", "attribute"], (value, given) => given.Run.List(
            Sorted(given.Run.Items(value), Key(given, 1, 2), given.Flag(0), given.Run))),
        ["unique"] = new(["case_sensitive", "attribute"], (value, given) => given.Run.List(
            [.. given.Run.Items(value).DistinctBy(Key(given, 0, 1), given.Run.Equality)], ListKind.Generator)),
        ["min"] = new(["case_sensitive", "attribute"], (value, given) => Extreme(value, given, reverses: false)),
        ["max"] = new(["case_sensitive", "attribute"], (value, given) => Extreme(value, given, reverses: true)),
        ["sum"] = new(["attribute", "start"], (value, given) => given.Run.Items(value)
            .Select(item => given[0] is null or NoneValue ? item : Members.Path(item, given[0]!))
            .Aggregate(given[1] ?? new WholeValue(0), (sum, item) => Operators.Apply("+", sum, item, given.Run))),
        ["batch"] = new(["linecount", "fill_with"], Batches),
    };

    private static long Length(JinjaValue value) => value switch
    {
        TextValue text => text.Length,
        ListValue { ListKind: not ListKind.Generator } list => list.Items.Count,
        MapValue map => map.Entries.Count,
        UndefinedValue => 0,
        _ => throw new JinjaException($"{value.Kind} has no length"),
    };

    private static JinjaValue Reversed(JinjaValue value, BoundArguments given) => value is TextValue text
        ? TextValue.Joined(given.Run.Fresh(text.Characters()).Reverse())
        : given.Run.List([.. given.Run.Items(value).Reverse()], ListKind.Generator);

    private static ListValue Entries(JinjaValue value, BoundArguments given) => value switch
    {
        UndefinedValue => new ListValue([], ListKind.Generator),
        MapValue map => given.Run.List([.. given.Run.Fresh(map.Entries.Select(Pair))], ListKind.Generator),
        _ => throw new JinjaException($"{value.Kind} has no keys and values"),
    };

    private static ListValue SortedEntries(JinjaValue value, BoundArguments given)
    {
        var place = given.Text(1)?.Text switch
        {
            null or "key" => 0,
            "value" => 1,
            _ => throw new JinjaException("the filter dictsort sorts by 'key' or 'value'"),
        };
        var fold = Folded(given.Flag(0));
        return value is MapValue map
            ? given.Run.List(Sorted(
                [.. given.Run.Fresh(map.Entries.Select(Pair))], item => fold(((ListValue)item).Items[place]), given.Flag(2), given.Run))
            : throw new JinjaException($"{value.Kind} has no keys and values");
    }

    private static ListValue Pair(KeyValuePair<JinjaValue, JinjaValue> entry) => new([entry.Key, entry.Value], ListKind.Tuple);

    /// <summary>What items are sorted or told apart by: themselves or a member, texts in lower case where case does not matter.</summary>
    private static Func<JinjaValue, JinjaValue> Key(BoundArguments given, int caseSensitive, int attribute)
    {
        var fold = Folded(given.Flag(caseSensitive));
        return given[attribute] is { } path and not NoneValue ? item => fold(Members.Path(item, path)) : fold;
    }

    private static Func<JinjaValue, JinjaValue> Folded(bool caseSensitive) =>
        value => !caseSensitive && value is TextValue text ? text.Made(PythonText.Lower(text.Text)) : value;

    private static List<JinjaValue> Sorted(
        IReadOnlyList<JinjaValue> items, Func<JinjaValue, JinjaValue> key, bool reverses, TemplateRun run)
    {
        // Faults of comparisons come out of sorting inside of another exception.
        try
        {
            var order = Comparer<JinjaValue>.Create((x, y) => Operators.Order(x, y, run) ?? 0);
            return [.. reverses ? items.OrderByDescending(key, order) : items.OrderBy(key, order)];
        }
        catch (InvalidOperationException fault) when (fault.InnerException is JinjaException inner)
        {
            throw inner;
        }
    }

    private static JinjaValue Extreme(JinjaValue value, BoundArguments given, bool reverses)
    {
        var key = Key(given, 0, 1);
        JinjaValue? best = null;
        foreach (var item in given.Run.Items(value))
        {
            var order = best is null ? null : Operators.Order(key(item), key(best), given.Run);
            best = best is null || (reverses ? order > 0 : order < 0) ? item : best;
        }

        return best ?? new UndefinedValue("the extreme of none");
    }

    private static ListValue Batches(JinjaValue value, BoundArguments given)
    {
        var size = given.Whole(0) ?? 0;
        if (size is < 1 or > int.MaxValue)
        {
            throw new JinjaException("the filter batch makes lists of at least 1");
        }

        var batches = given.Run.Items(value).Chunk((int)Math.Min(size, 1 << 20)).Select(batch => batch.ToList()).ToList();
        if (given[1] is { } filler and not NoneValue && batches is [.., var last] && last.Count < size)
        {
            given.Run.Meter.Spend(size);
            last.AddRange(Enumerable.Repeat(filler, (int)size - last.Count));
        }

        return given.Run.List([.. batches.Select(batch => new ListValue(batch))], ListKind.Generator);
    }
}
