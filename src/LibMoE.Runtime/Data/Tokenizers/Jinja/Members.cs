using System.Globalization;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>What stands behind a point or in square brackets: a point asks for a method first and a dictionary's value then, brackets the
/// other way round.</summary>
internal static class Members
{
    /// <summary><c>value.name</c>.</summary>
    /// <exception cref="JinjaException">The value is undefined.</exception>
    public static JinjaValue Member(JinjaValue value, string name) =>
        value is UndefinedValue undefined ? throw undefined.Fault()
        : Attribute(value, name) ?? Entry(value, new TextValue(name)) ?? Missing(value, name);

    /// <summary><c>value[key]</c>.</summary>
    /// <exception cref="JinjaException">The value is undefined.</exception>
    public static JinjaValue Item(JinjaValue value, JinjaValue key) => (value, key) switch
    {
        (UndefinedValue undefined, _) => throw undefined.Fault(),
        (ListValue { HasPlaces: true } list, WholeValue or BoolValue) when Place(key, list.Items.Count) is { } place => list.Items[place],
        (TextValue text, WholeValue or BoolValue) when Place(key, text.Length) is { } place => text.CodePoints(place, place + 1),
        _ => Entry(value, key) ?? (key is TextValue name ? Attribute(value, name.Text) : null) ?? Missing(value, Shown(key)),
    };

    /// <summary>What a dotted path of members leads to, as filters have it: keys and places.</summary>
    public static JinjaValue Path(JinjaValue value, JinjaValue path)
    {
        if (path is not TextValue text)
        {
            return Item(value, path);
        }

        foreach (var part in text.Text.Split('.'))
        {
            var isPlace = part.Length > 0 && part.All(char.IsAsciiDigit) && long.TryParse(part, out _);
            value = Item(value, isPlace ? new WholeValue(long.Parse(part, CultureInfo.InvariantCulture)) : new TextValue(part));
        }

        return value;
    }

    private static int? Place(JinjaValue key, int count)
    {
        var place = Numbers.Whole(key)!.Value;
        place = place < 0 ? place + count : place;
        return place >= 0 && place < count ? (int)place : null;
    }

    private static JinjaValue? Entry(JinjaValue value, JinjaValue key) =>
        value is MapValue map && key is not (ListValue or MapValue) && map.Entries.TryGetValue(key, out var entry) ? entry : null;

    private static JinjaValue? Attribute(JinjaValue value, string name) => value switch
    {
        TextValue text => Method(TextMethods.Rows, text, name, text.Text.Length),
        MapValue map => Method(CollectionMethods.OfMaps, map, name, map.Entries.Count),
        ListValue { ListKind: ListKind.List or ListKind.Tuple } list => Method(CollectionMethods.OfLists, list, name, list.Items.Count),
        NamespaceValue space => space.Members.GetValueOrDefault(name),
        LoopValue loop => loop.Member(name),
        _ => null,
    };

    private static FunctionValue? Method<T>(IReadOnlyDictionary<string, MethodRow<T>> rows, T value, string name, long size)
        where T : JinjaValue => rows.TryGetValue(name, out var row)
            ? new FunctionValue(name, given =>
            {
                given.Run.Meter.Look(size);
                var what = $"the method {name}";
                return row.Call(value, row.Parameters is { } parameters
                    ? BoundArguments.Of(given, what, parameters)
                    : BoundArguments.Unbound(given, what));
            })
            : null;

    private static UndefinedValue Missing(JinjaValue value, string name) => new($"'{name}' of {value.Kind}");

    private static string Shown(JinjaValue key) => key switch
    {
        TextValue text => text.Text.Length <= 80 ? text.Text : text.Text[..80],
        _ when Numbers.Whole(key) is { } place => FormattableString.Invariant($"{place}"),
        _ => key.Kind,
    };
}

/// <summary>A method of a value.</summary>
/// <param name="Parameters">Its parameters; null where it looks at what the call brings itself.</param>
/// <param name="Call">What it does.</param>
internal sealed record MethodRow<T>(IReadOnlyList<string>? Parameters, Func<T, BoundArguments, JinjaValue> Call)
    where T : JinjaValue;
