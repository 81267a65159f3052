namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>The methods of dictionaries and lists, Python's, but for those that change them: templates may not, as in transformers.
/// Knowing one is a row here.</summary>
internal static class CollectionMethods
{
    private static readonly string[] ChangingMaps = ["clear", "pop", "popitem", "setdefault", "update"];
    private static readonly string[] ChangingLists = ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"];

    /// <summary>The methods of dictionaries.</summary>
    public static IReadOnlyDictionary<string, MethodRow<MapValue>> OfMaps { get; } = new Dictionary<string, MethodRow<MapValue>>
    {
        ["items"] = new([], (map, given) => given.Run.List(
            [.. given.Run.Fresh(map.Entries.Select(entry => new ListValue([entry.Key, entry.Value], ListKind.Tuple)))], ListKind.View)),
        ["keys"] = new([], (map, given) => given.Run.List([.. map.Entries.Keys], ListKind.View)),
        ["values"] = new([], (map, given) => given.Run.List([.. map.Entries.Values], ListKind.View)),
        ["get"] = new(["key", "default"], (map, given) =>
            map.Entries.TryGetValue(given.Required(0), out var value) ? value : given[1] ?? NoneValue.Only),
        ["copy"] = new([], (map, _) => map),
    }.Concat(Refused<MapValue>("a dictionary", ChangingMaps)).ToDictionary();

    /// <summary>The methods of lists.</summary>
    public static IReadOnlyDictionary<string, MethodRow<ListValue>> OfLists { get; } = new Dictionary<string, MethodRow<ListValue>>
    {
        ["count"] = new(["value"], (list, given) =>
            new WholeValue(list.Items.Count(item => given.Run.Equality.Equals(item, given.Required(0))))),
        ["index"] = new(["value"], (list, given) => list.Items.Index()
            .FirstOrDefault(item => given.Run.Equality.Equals(item.Item, given.Required(0)), (-1, NoneValue.Only)).Item1
                is >= 0 and var place ? new WholeValue(place)
                : throw new JinjaException("a value is not in the list")),
        ["copy"] = new([], (list, _) => list),
    }.Concat(Refused<ListValue>("a list", ChangingLists)).ToDictionary();

    private static IEnumerable<KeyValuePair<string, MethodRow<T>>> Refused<T>(string what, IEnumerable<string> names)
        where T : JinjaValue => names.Select(name => KeyValuePair.Create(name, new MethodRow<T>(
            ["value", "other"], (_, _) => throw new JinjaException(
                $"the method {name} changes {what}, which a template may not; make another one, or use a namespace"))));
}
