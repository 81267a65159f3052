namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Filters of texts. Knowing one is a row here.</summary>
internal static class TextFilters
{
    private const string WordEnds = "-({[<";

    /// <summary>The filters by name.</summary>
    public static IReadOnlyDictionary<string, FilterRow> Rows { get; } = new Dictionary<string, FilterRow>
    {
        ["string"] = new([], Text),
        ["safe"] = new([], Text),
        ["trim"] = new(["chars"], (value, given) => TextCutting.Trimmed(Text(value, given), given.Text(0), left: true, right: true)),
        ["upper"] = new([], (value, given) => Made(value, given, PythonText.Upper)),
        ["lower"] = new([], (value, given) => Made(value, given, PythonText.Lower)),
        ["capitalize"] = new([], (value, given) => Made(value, given, PythonText.Capitalized)),
        ["title"] = new([], (value, given) => Made(
            value, given, text => PythonText.Titled(text, c => PythonText.IsBlank(c) || WordEnds.Contains(c, StringComparison.Ordinal)))),
        ["replace"] = new(["old", "new", "count"], (value, given) => TextCutting.Replaced(
            Text(value, given), Text(given.Required(0), given), Text(given.Required(1), given), given.Whole(2) ?? -1, given.Run)),
        ["indent"] = new(["width", "first", "blank"], Indented),
        ["wordcount"] = new([], (value, given) => new WholeValue(TextCutting.Words(Text(value, given), -1).Count())),
        ["join"] = new(["d", "attribute"], (value, given) => TextCutting.Joined(
            given[0] is { } between ? Text(between, given) : TextValue.Empty,
            given[1] is { } member
                ? [.. given.Run.Items(value).Select(item => Members.Path(item, member))]
                : given.Run.Items(value),
            given.Run, anything: true)),
    };

    private static TextValue Text(JinjaValue value, BoundArguments given) => Display.Of(value, given.Run);

    private static TextValue Made(JinjaValue value, BoundArguments given, Func<string, string> make)
    {
        var text = Text(value, given);
        return text.Made(make(text.Text));
    }

    /// <summary>Lines behind the first one moved to the right; empty ones stay.</summary>
    private static TextValue Indented(JinjaValue value, BoundArguments given)
    {
        var text = value switch
        {
            TextValue known => known,
            UndefinedValue undefined => throw undefined.Fault(),
            _ => throw new JinjaException($"{value.Kind} has no lines to move"),
        };
        var width = given[0] as TextValue ?? new TextValue(new string(' ', Width(given)));
        var (first, blank) = (given.Flag(1), given.Flag(2));
        List<TextValue> lines = [.. given.Run.Fresh(TextCutting.Lines(TextValue.Joined([text, new TextValue("\n")])))];
        return given.Run.Joined([.. lines.Index().SelectMany(line => new[]
        {
            line.Index > 0 ? new TextValue("\n") : TextValue.Empty,
            (line.Index == 0 ? first : blank || line.Item.IsTrue) ? width : TextValue.Empty,
            line.Item,
        })]);
    }

    private static int Width(BoundArguments given)
    {
        const int Usual = 4;
        const int Widest = 1000;
        var width = given.Whole(0) ?? Usual;
        return width <= Widest
            ? (int)Math.Max(0, width)
            : throw new JinjaException($"the filter indent moves lines by at most {Widest} characters");
    }
}
