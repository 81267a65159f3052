using System.Text.Json;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>A <c>config.json</c>: values by name, each with its type checked when it is asked for.</summary>
internal sealed class HuggingFaceConfig
{
    /// <summary>The file's name in a model's folder.</summary>
    public const string FileName = "config.json";

    private const int LongestFile = 1 << 24;

    private readonly JsonElement _root;
    private readonly string _place;

    private HuggingFaceConfig(string path, JsonElement root, string place = "") => (Path, _root, _place) = (path, root, place);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Which architecture the file states, such as <c>mixtral</c>.</summary>
    public string ModelType => Text("model_type");

    /// <summary>Reads a file.</summary>
    /// <exception cref="StorageException">It cannot be read, or is no JSON object.</exception>
    public static HuggingFaceConfig Read(IRunFiles files, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(files.ReadAll(path, LongestFile), new JsonDocumentOptions { MaxDepth = 32 });
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? new HuggingFaceConfig(path, json.RootElement.Clone())
                : throw new StorageException(path, StorageCause.Damaged, $"{path} is not a JSON object");
        }
        catch (JsonException error)
        {
            throw new StorageException(path, StorageCause.Damaged, $"{path} is not valid JSON: {error.Message}", error);
        }
    }

    /// <summary>The names of all values that are not null.</summary>
    public IEnumerable<string> Names =>
        _root.EnumerateObject().Where(value => value.Value.ValueKind != JsonValueKind.Null).Select(value => value.Name);

    /// <summary>Whether the file states the value, be it null.</summary>
    public bool States(string name) => _root.TryGetProperty(name, out _);

    /// <summary>What a value is called from the file's top on, for messages.</summary>
    public string NameOf(string name) => _place + name;

    /// <summary>Whether the value is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A whole number.</summary>
    /// <param name="name">The value's name.</param>
    /// <param name="absent">What its absence means; null where it must be there.</param>
    public int Int(string name, int? absent = null) =>
        Find(name) is not { } value ? absent ?? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : throw Wrong(name, value, "a whole number");

    /// <summary>A whole number, or a list that states the same one for every layer.</summary>
    /// <exception cref="ConfigurationException">Layers differ by it.</exception>
    public int IntOfAll(string name) => Find(name) is not { ValueKind: JsonValueKind.Array } ? Int(name)
        : Ints(name) is [var first, ..] all && all.All(number => number == first) ? first
        : throw new ConfigurationException(
            $"{Path}: {NameOf(name)} is {Raw(name)}; a model can be loaded where it is the same in every layer.");

    /// <summary>A number.</summary>
    /// <param name="name">The value's name.</param>
    /// <param name="absent">What its absence means; null where it must be there.</param>
    public double Double(string name, double? absent = null) =>
        Find(name) is not { } value ? absent ?? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number
        : throw Wrong(name, value, "a number");

    /// <summary>True or false.</summary>
    /// <param name="name">The value's name.</param>
    /// <param name="absent">What its absence means.</param>
    public bool Bool(string name, bool absent) =>
        Find(name) is not { } value ? absent
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(name, value, "true or false");

    /// <summary>A text.</summary>
    /// <param name="name">The value's name.</param>
    /// <param name="absent">What its absence means; null where it must be there.</param>
    public string Text(string name, string? absent = null) =>
        Find(name) is not { } value ? absent ?? throw Missing(name)
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw Wrong(name, value, "a text");

    /// <summary>A list of whole numbers; empty where it is absent.</summary>
    public IReadOnlyList<int> Ints(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _))
            ? [.. value.EnumerateArray().Select(item => item.GetInt32())]
            : throw Wrong(name, value, "a list of whole numbers");
    }

    /// <summary>A list of numbers; empty where it is absent.</summary>
    public IReadOnlyList<double> Doubles(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
            ? [.. value.EnumerateArray().Select(item => item.GetDouble())]
            : throw Wrong(name, value, "a list of numbers");
    }

    /// <summary>A list of texts; empty where it is absent.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw Wrong(name, value, "a list of texts");
    }

    /// <summary>An object's own values; null where it is absent.</summary>
    public HuggingFaceConfig? Part(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new HuggingFaceConfig(Path, value, $"{_place}{name}.")
        : throw Wrong(name, value, "an object");

    /// <summary>The value's JSON, or its items' where it is a list; empty where it is absent.</summary>
    public IReadOnlyList<string> Items(string name) => Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => item.GetRawText())],
        { } value => [value.GetRawText()],
    };

    /// <summary>The value as it stands in the file, for messages.</summary>
    public string Raw(string name) => Find(name) is { } value ? MessageText.Quote(value.GetRawText()) : "null";

    private JsonElement? Find(string name) =>
        _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private StorageException Missing(string name) => new(Path, StorageCause.Damaged, $"{Path} does not state {NameOf(name)}");

    private StorageException Wrong(string name, JsonElement value, string allowed) =>
        new(Path, StorageCause.Damaged, $"{Path}: {NameOf(name)} is {MessageText.Quote(value.GetRawText())}; it must be {allowed}");
}
