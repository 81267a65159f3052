namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>What Python calls a sequence of values.</summary>
internal enum ListKind
{
    /// <summary>A list.</summary>
    List,

    /// <summary>A tuple.</summary>
    Tuple,

    /// <summary>Numbers in a row (<c>range</c>).</summary>
    Range,

    /// <summary>The keys, values or pairs of a dictionary: they can be counted, but not asked for by place.</summary>
    View,

    /// <summary>What some filters give: always true, can be gone through once, and neither counted nor asked for by place.</summary>
    Generator,
}

/// <summary>Values in order.</summary>
/// <param name="items">The values.</param>
/// <param name="kind">What Python has them as.</param>
internal sealed class ListValue(IReadOnlyList<JinjaValue> items, ListKind kind = ListKind.List) : JinjaValue
{
    private bool _used;

    /// <summary>The values.</summary>
    public IReadOnlyList<JinjaValue> Items => items;

    /// <summary>What Python has them as.</summary>
    public ListKind ListKind => kind;

    /// <summary>Whether its values can be asked for by place.</summary>
    public bool HasPlaces => kind is ListKind.List or ListKind.Tuple or ListKind.Range;

    /// <inheritdoc />
    public override bool IsTrue => kind == ListKind.Generator || items.Count > 0;

    /// <inheritdoc />
    public override string Kind => kind switch
    {
        ListKind.Tuple => "a tuple",
        ListKind.Generator => "a generator",
        _ => "a list",
    };

    /// <summary>The values to go through; of a generator, none the second time.</summary>
    public IReadOnlyList<JinjaValue> Take()
    {
        var taken = _used ? [] : items;
        _used = kind == ListKind.Generator;
        return taken;
    }
}

/// <summary>Values by their keys, in the order in which they were put in.</summary>
/// <param name="equality">When two keys are the same.</param>
internal sealed class MapValue(ValueEquality equality) : JinjaValue
{
    private readonly OrderedDictionary<JinjaValue, JinjaValue> _entries = new(equality);

    /// <summary>The entries.</summary>
    public IReadOnlyDictionary<JinjaValue, JinjaValue> Entries => _entries;

    /// <inheritdoc />
    public override bool IsTrue => _entries.Count > 0;

    /// <inheritdoc />
    public override string Kind => "a dictionary";

    /// <summary>A dictionary of text keys.</summary>
    public static MapValue Of(IEnumerable<(string Name, JinjaValue Value)> entries, ValueEquality equality)
    {
        var map = new MapValue(equality);
        foreach (var (name, value) in entries)
        {
            map.Put(new TextValue(name), value);
        }

        return map;
    }

    /// <summary>Puts a value in; while it is made only.</summary>
    /// <exception cref="JinjaException">The key cannot be one.</exception>
    public void Put(JinjaValue key, JinjaValue value) => _entries[key] = value;
}
