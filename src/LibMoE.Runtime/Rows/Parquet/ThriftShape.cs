namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>
/// Which types the fields of Parquet's structures have. Its library reads a field as the type that it expects, whatever the file says; from
/// there on it would read something else than what was checked.
/// </summary>
/// <param name="Fields">Of field 1, 2, …: i, l, h, y a whole number of 32, 64, 16, 8 bits; t a truth value; b bytes; {X a structure; [
/// before any of these a list of it.</param>
internal sealed record ThriftShape(string[] Fields)
{
    private static readonly Dictionary<string, ThriftShape> Shapes = new()
    {
        ["File"] = Of("i [{Element l [{Group [{Pair b [{Order {None b"),
        ["Element"] = Of("i i i b i i i i i {Logical"),
        ["Logical"] = Of("{None {None {None {None {Decimal {None {Time {Time {None {Integer {None {None {None {None {None"),
        ["Decimal"] = Of("i i"),
        ["Time"] = Of("t {Unit"),
        ["Unit"] = Of("{None {None {None"),
        ["Integer"] = Of("y t"),
        ["Order"] = Of("{None"),
        ["Group"] = Of("[{Chunk l l [{Sorting l l h"),
        ["Sorting"] = Of("i t t"),
        ["Chunk"] = Of("b l {Column l i l i {None b"),
        ["Column"] = Of("i [i [b i l l l [{Pair l l l {Statistics [{Encodings l i {Sizes {None"),
        ["Pair"] = Of("b b"),
        ["Statistics"] = Of("b b l l b b t t"),
        ["Encodings"] = Of("i i i"),
        ["Sizes"] = Of("l [l [l"),
        ["Page"] = Of("i i i i {DataPage {None {DictionaryPage {DataPage2"),
        ["DataPage"] = Of("i i i i {Statistics"),
        ["DictionaryPage"] = Of("i i t"),
        ["DataPage2"] = Of("i i i i i i t {Statistics"),
        ["None"] = new([]),
    };

    /// <summary>The shape of a structure.</summary>
    public static ThriftShape Named(string name) => Shapes[name];

    /// <summary>How a field is written; empty for one that is not known here, which the library skips.</summary>
    public string this[long id] => id >= 1 && id <= Fields.Length ? Fields[id - 1] : "";

    /// <summary>Whether the protocol's type is the one that is written so.</summary>
    public static bool Fits(string field, int type) => field switch
    {
        "" => true,
        "t" => type is 1 or 2,
        "y" => type == 3,
        "h" => type == 4,
        "i" => type == 5,
        "l" => type == 6,
        "b" => type == 8,
        _ => type == (field[0] == '[' ? 9 : 12),
    };

    private static ThriftShape Of(string fields) => new(fields.Split(' '));
}
