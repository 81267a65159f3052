using System.Globalization;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>The metadata of a GGUF file: values by name, each with its type checked when it is asked for.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="values">The values.</param>
internal sealed class GgufMetadata(string path, IReadOnlyDictionary<string, GgufValue> values)
{
    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Which architecture the file states, such as <c>qwen3moe</c>.</summary>
    public string Architecture => Text("general.architecture");

    /// <summary>All names.</summary>
    public IEnumerable<string> Names => values.Keys;

    /// <summary>Whether the file states a value.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>A whole number.</summary>
    /// <param name="name">The value's name.</param>
    /// <param name="absent">What its absence means; null where it must be there.</param>
    public int Int(string name, int? absent = null) =>
        !values.TryGetValue(name, out var value) ? absent ?? throw Missing(name)
        : value.Content is decimal and >= int.MinValue and <= int.MaxValue ? (int)(decimal)value.Content
        : throw Wrong(name, value, "a whole number of 32 bits");

    /// <summary>A number. One of float32 is taken for the shortest decimal that it is the nearest to: an ε of 1e-5 stays one.</summary>
    /// <param name="name">The value's name.</param>
    /// <param name="absent">What its absence means; null where it must be there.</param>
    public double Double(string name, double? absent = null) =>
        !values.TryGetValue(name, out var value) ? absent ?? throw Missing(name)
        : value.Content switch
        {
            float single => double.Parse(single.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            double number => number,
            _ => throw Wrong(name, value, "a number of floating point"),
        };

    /// <summary>True or false.</summary>
    /// <param name="name">The value's name.</param>
    /// <param name="absent">What its absence means.</param>
    public bool Bool(string name, bool absent) =>
        !values.TryGetValue(name, out var value) ? absent : value.Content is bool flag ? flag : throw Wrong(name, value, "true or false");

    /// <summary>A text.</summary>
    /// <param name="name">The value's name.</param>
    /// <param name="absent">What its absence means; null where it must be there.</param>
    public string Text(string name, string? absent = null) =>
        !values.TryGetValue(name, out var value) ? absent ?? throw Missing(name) : value.Content as string
            ?? throw Wrong(name, value, "a text");

    /// <summary>A list of texts; empty where it is absent.</summary>
    public IReadOnlyList<string> Texts(string name) => List<string>(name, "a list of texts");

    /// <summary>A list of numbers; empty where it is absent.</summary>
    public IReadOnlyList<float> Floats(string name) => List<float>(name, "a list of float32");

    /// <summary>A list of whole numbers; empty where it is absent.</summary>
    public IReadOnlyList<int> Ints(string name)
    {
        var numbers = List<decimal>(name, "a list of whole numbers");
        return numbers.All(number => number is >= int.MinValue and <= int.MaxValue)
            ? [.. numbers.Select(number => (int)number)]
            : throw Wrong(name, values[name], "a list of whole numbers of 32 bits");
    }

    /// <summary>A value as a text, for messages.</summary>
    public string Raw(string name) => values.TryGetValue(name, out var value) ? MessageText.Quote(Shown(value)) : "absent";

    private IReadOnlyList<T> List<T>(string name, string allowed) =>
        !values.TryGetValue(name, out var value) ? []
        : value.Content is object[] items && items.All(item => item is T) ? [.. items.Cast<T>()]
        : throw Wrong(name, value, allowed);

    private static string Shown(GgufValue value) => value.Content is object[] items
        ? $"a list of {items.Length}"
        : string.Create(CultureInfo.InvariantCulture, $"{value.Content}");

    private StorageException Missing(string name) => new(path, StorageCause.Damaged, $"{path} does not state {name}");

    private StorageException Wrong(string name, GgufValue value, string allowed) => new(
        path, StorageCause.Damaged, $"{path}: {name} is {MessageText.Quote(Shown(value))}; it must be {allowed}");
}
