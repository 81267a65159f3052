namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>The methods of texts, Python's. Knowing one is a row here.</summary>
internal static class TextMethods
{
    /// <summary>The methods by name.</summary>
    public static IReadOnlyDictionary<string, MethodRow<TextValue>> Rows { get; } = new Dictionary<string, MethodRow<TextValue>>
    {
        ["strip"] = new(["chars"], (text, given) => Trimmed(text, given, left: true, right: true)),
        ["lstrip"] = new(["chars"], (text, given) => Trimmed(text, given, left: true, right: false)),
        ["rstrip"] = new(["chars"], (text, given) => Trimmed(text, given, left: false, right: true)),
        ["split"] = new(["sep", "maxsplit"], (text, given) => Parts(text, given, fromEnd: false)),
        ["rsplit"] = new(["sep", "maxsplit"], (text, given) => Parts(text, given, fromEnd: true)),
        ["splitlines"] = new([], (text, given) => given.Run.List([.. given.Run.Fresh(TextCutting.Lines(text))])),
        ["partition"] = new(["sep"], (text, given) => Partition(text, given, fromEnd: false)),
        ["rpartition"] = new(["sep"], (text, given) => Partition(text, given, fromEnd: true)),
        ["startswith"] = new(["prefix"], (text, given) => Matches(given, part => text.Text.StartsWith(part, StringComparison.Ordinal))),
        ["endswith"] = new(["suffix"], (text, given) => Matches(given, part => text.Text.EndsWith(part, StringComparison.Ordinal))),
        ["removeprefix"] = new(["prefix"], (text, given) => Text(given) is var part
            && text.Text.StartsWith(part, StringComparison.Ordinal) ? text.Slice(part.Length, text.Text.Length) : text),
        ["removesuffix"] = new(["suffix"], (text, given) => Text(given) is { Length: > 0 } part
            && text.Text.EndsWith(part, StringComparison.Ordinal) ? text.Slice(0, text.Text.Length - part.Length) : text),
        ["replace"] = new(["old", "new", "count"], (text, given) => TextCutting.Replaced(
            text, Value(given, 0), Value(given, 1), given.Whole(2) ?? -1, given.Run)),
        ["find"] = new(["sub"], (text, given) => new WholeValue(Found(text, text.Text.IndexOf(Text(given), StringComparison.Ordinal)))),
        ["rfind"] = new(["sub"], (text, given) =>
            new WholeValue(Found(text, text.Text.LastIndexOf(Text(given), StringComparison.Ordinal)))),
        ["count"] = new(["sub"], (text, given) => new WholeValue(TextCutting.Places(text, Text(given), -1).Count())),
        ["join"] = new(["items"], (text, given) =>
            TextCutting.Joined(text, given.Run.Items(given.Required(0)), given.Run, anything: false)),
        ["format"] = new(null, (text, given) => TextFormat.Of(text, given.Given)),
        ["upper"] = new([], (text, _) => text.Made(PythonText.Upper(text.Text))),
        ["lower"] = new([], (text, _) => text.Made(PythonText.Lower(text.Text))),
        ["title"] = new([], (text, _) => text.Made(PythonText.Titled(text.Text, before => !char.IsLetter(before)))),
        ["capitalize"] = new([], (text, _) => text.Made(PythonText.Capitalized(text.Text))),
        ["isdigit"] = new([], (text, _) => JinjaValue.Of(All(text, char.IsDigit))),
        ["isnumeric"] = new([], (text, _) => JinjaValue.Of(All(text, char.IsNumber))),
        ["isalpha"] = new([], (text, _) => JinjaValue.Of(All(text, char.IsLetter))),
        ["isalnum"] = new([], (text, _) => JinjaValue.Of(All(text, char.IsLetterOrDigit))),
        ["isspace"] = new([], (text, _) => JinjaValue.Of(All(text, PythonText.IsBlank))),
        ["isupper"] = new([], (text, _) => JinjaValue.Of(IsCased(text.Text, char.IsUpper, char.IsLower))),
        ["islower"] = new([], (text, _) => JinjaValue.Of(IsCased(text.Text, char.IsLower, char.IsUpper))),
    };

    /// <summary>Whether a text has letters of a case, and none of the other.</summary>
    public static bool IsCased(string text, Func<char, bool> wanted, Func<char, bool> other) => text.Any(wanted) && !text.Any(other);

    private static TextValue Value(BoundArguments given, int parameter) => given.Required(parameter) is UndefinedValue undefined
        ? throw undefined.Fault()
        : given.Text(parameter) ?? throw new JinjaException("a method of a text needs a text and gets none");

    private static string Text(BoundArguments given) => Value(given, 0).Text;

    private static bool All(TextValue text, Func<char, bool> holds) => text.Text.Length > 0 && text.Text.All(holds);

    private static long Found(TextValue text, int place) => place < 0 ? -1 : text.CodePointAt(place);

    private static TextValue Trimmed(TextValue text, BoundArguments given, bool left, bool right) =>
        TextCutting.Trimmed(text, given.Text(0), left, right);

    private static ListValue Parts(TextValue text, BoundArguments given, bool fromEnd)
    {
        var most = given.Whole(1) ?? -1;
        return given.Run.List(given.Text(0) is { } separator
            ? [.. given.Run.Fresh(TextCutting.Parts(text, separator.Text, most, fromEnd))]
            : fromEnd && most >= 0 ? throw new JinjaException("rsplit with a number of parts needs a text to split at")
            : [.. given.Run.Fresh(TextCutting.Words(text, most))]);
    }

    private static ListValue Partition(TextValue text, BoundArguments given, bool fromEnd)
    {
        var separator = Value(given, 0);
        List<TextValue> parts = [.. TextCutting.Parts(text, separator.Text, 1, fromEnd)];
        return given.Run.List(
            parts.Count == 2 ? [parts[0], separator, parts[1]]
            : fromEnd ? [TextValue.Empty, TextValue.Empty, text] : [text, TextValue.Empty, TextValue.Empty],
            ListKind.Tuple);
    }

    private static JinjaValue Matches(BoundArguments given, Func<string, bool> matches) => JinjaValue.Of(given.Required(0) switch
    {
        TextValue part => matches(part.Text),
        ListValue { ListKind: ListKind.Tuple } parts => parts.Items.All(part => part is TextValue)
            ? parts.Items.OfType<TextValue>().Any(part => matches(part.Text))
            : throw new JinjaException("a text begins or ends with texts alone"),
        UndefinedValue undefined => throw undefined.Fault(),
        var other => throw new JinjaException($"a text begins or ends with a text, or one of a tuple of texts, and not with {other.Kind}"),
    });
}
