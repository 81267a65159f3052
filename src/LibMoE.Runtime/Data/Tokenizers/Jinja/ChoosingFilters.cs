namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Filters that apply other filters, or tests, to each value of a list. Knowing one is a row here.</summary>
internal static class ChoosingFilters
{
    /// <summary>The filters by name.</summary>
    public static IReadOnlyDictionary<string, FilterRow> Rows { get; } = new Dictionary<string, FilterRow>
    {
        ["map"] = new(null, Mapped),
        ["select"] = new(null, (value, given) => Chosen(value, given.Given, byMember: false, wanted: true)),
        ["reject"] = new(null, (value, given) => Chosen(value, given.Given, byMember: false, wanted: false)),
        ["selectattr"] = new(null, (value, given) => Chosen(value, given.Given, byMember: true, wanted: true)),
        ["rejectattr"] = new(null, (value, given) => Chosen(value, given.Given, byMember: true, wanted: false)),
    };

    private static ListValue Mapped(JinjaValue value, BoundArguments bound)
    {
        var given = bound.Given;
        var items = given.Run.Items(value);
        if (given.Positions.Count == 0)
        {
            var member = BoundArguments.Of(given, "the filter map", ["attribute", "default"]);
            return given.Run.List(
                [.. items.Select(item => Otherwise(Members.Path(item, member.Required(0)), member[1]))], ListKind.Generator);
        }

        var (name, rest) = (NameOf(given, 0, "map"), given with { Positions = [.. given.Positions.Skip(1)] });
        return given.Run.List([.. items.Select(item => Filters.Apply(name, item, rest))], ListKind.Generator);
    }

    private static JinjaValue Otherwise(JinjaValue value, JinjaValue? usual) => value is UndefinedValue ? usual ?? value : value;

    private static ListValue Chosen(JinjaValue value, CallArguments given, bool byMember, bool wanted)
    {
        var skipped = byMember ? 1 : 0;
        if (given.Positions.Count < skipped)
        {
            throw new JinjaException("the filter needs the name of a member to choose by");
        }

        var name = given.Positions.Count > skipped ? NameOf(given, skipped, "select") : null;
        var rest = given with { Positions = [.. given.Positions.Skip(skipped + 1)] };
        var chosen = given.Run.Items(value).Where(item =>
        {
            var tested = byMember ? Members.Path(item, given.Positions[0]) : item;
            return wanted == (name is null ? tested.IsTrue : Tests.Holds(name, tested, rest));
        });
        return given.Run.List([.. chosen], ListKind.Generator);
    }

    private static string NameOf(CallArguments given, int place, string filter) => given.Positions[place] is TextValue name
        ? name.Text
        : throw new JinjaException($"the filter {filter} needs the name of a filter or test, as a text");
}
