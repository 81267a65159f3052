namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Python's equality: of numbers by what they are worth, of texts, lists and dictionaries by what is in them.</summary>
/// <param name="meter">Counts what is compared.</param>
internal sealed class ValueEquality(RunMeter meter) : IEqualityComparer<JinjaValue>
{
    /// <inheritdoc />
    public bool Equals(JinjaValue? x, JinjaValue? y) => Are(x!, y!, 0);

    /// <inheritdoc />
    /// <exception cref="JinjaException">The value cannot be a key.</exception>
    public int GetHashCode(JinjaValue obj) => Hash(obj, 0);

    private int Hash(JinjaValue value, int depth)
    {
        meter.Nested(depth);
        return value switch
        {
            TextValue text => Hash(text.Text),
            BoolValue or WholeValue or RealValue => Numbers.Double(value).GetHashCode(),
            ListValue { ListKind: ListKind.Tuple } tuple =>
                tuple.Items.Aggregate(17, (hash, item) => HashCode.Combine(hash, Hash(item, depth + 1))),
            ListValue or MapValue => throw new JinjaException($"{value.Kind} cannot be a key"),
            UndefinedValue => 1,
            _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value),
        };
    }

    private bool Are(JinjaValue x, JinjaValue y, int depth)
    {
        meter.Nested(depth);
        return (x, y) switch
        {
            (TextValue a, TextValue b) => Are(a.Text, b.Text),
            _ when Numbers.Is(x) && Numbers.Is(y) => Numbers.Compare(x, y) == 0,
            (UndefinedValue, UndefinedValue) => true,
            (ListValue a, ListValue b) => ReferenceEquals(a, b) || (a.HasPlaces && a.ListKind == b.ListKind
                && a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(pair => Are(pair.First, pair.Second, depth + 1))),
            (MapValue a, MapValue b) => ReferenceEquals(a, b) || (a.Entries.Count == b.Entries.Count && a.Entries.All(
                entry => b.Entries.TryGetValue(entry.Key, out var other) && Are(entry.Value, other, depth + 1))),
            _ => ReferenceEquals(x, y),
        };
    }

    private int Hash(string text)
    {
        meter.Look(text.Length);
        return string.GetHashCode(text, StringComparison.Ordinal);
    }

    private bool Are(string x, string y)
    {
        meter.Look(Math.Min(x.Length, y.Length));
        return x == y;
    }
}
