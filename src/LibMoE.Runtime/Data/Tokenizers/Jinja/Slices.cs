namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Parts of texts and lists (<c>a[1:-1]</c>), by Python's rules.</summary>
internal static class Slices
{
    /// <summary>The part; bounds that are null are the ends.</summary>
    /// <exception cref="JinjaException">A bound is no whole number, the step is 0, or nothing can be asked of the value.</exception>
    public static JinjaValue Of(JinjaValue value, JinjaValue? start, JinjaValue? stop, JinjaValue? step, TemplateRun run)
    {
        if (value is UndefinedValue undefined)
        {
            throw undefined.Fault();
        }

        var by = Math.Clamp(Bound(step) ?? 1, -int.MaxValue, int.MaxValue);
        var (first, last) = value switch
        {
            _ when by == 0 => throw new JinjaException("the step of a part is 0"),
            TextValue text => Range(text.Length),
            ListValue { HasPlaces: true } list => Range(list.Items.Count),
            _ => (0, 0),
        };
        return value switch
        {
            TextValue text when by == 1 => text.CodePoints((int)first, (int)Math.Max(first, last)),
            TextValue text => TextValue.Joined(Places().Select(place => text.CodePoints(place, place + 1))),
            ListValue { HasPlaces: true } list => run.List([.. Places().Select(place => list.Items[place])], list.ListKind),
            _ => new UndefinedValue($"a part of {value.Kind}"),
        };

        (long First, long Last) Range(int count)
        {
            var (low, high) = by > 0 ? (0L, (long)count) : (-1L, count - 1L);
            return (At(start, by > 0 ? low : high), At(stop, by > 0 ? high : low));

            long At(JinjaValue? bound, long usual) =>
                Bound(bound) is { } place ? Math.Clamp(place < 0 ? place + count : place, low, high) : usual;
        }

        IEnumerable<int> Places()
        {
            for (var place = first; by > 0 ? place < last : place > last; place += by)
            {
                run.Meter.Spend(1);
                yield return (int)place;
            }
        }
    }

    private static long? Bound(JinjaValue? bound) => bound switch
    {
        null or NoneValue => null,
        UndefinedValue undefined => throw undefined.Fault(),
        _ => Numbers.Whole(bound) ?? throw new JinjaException($"a bound of a part is {bound.Kind}; it must be a whole number"),
    };
}
