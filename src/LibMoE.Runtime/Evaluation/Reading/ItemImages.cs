using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Evaluation.Tasks;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>Finds the images of a task's items, each held to its header before any model sees it; one that several items name is there
/// once.</summary>
internal sealed class ItemImages
{
    /// <summary>In the place of base64, the index of the row that has the image, as VLMEvalKit's tables write it.</summary>
    private const int LongestReference = 64;

    private readonly List<TaskTemplate> _places;
    private readonly ImageFiles? _files;
    private readonly Dictionary<string, EvaluationImage> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EvaluationImage> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EvaluationImage> _byRow = new(StringComparer.Ordinal);

    /// <summary>The images of a source.</summary>
    /// <param name="task">The task.</param>
    /// <param name="files">Where they lie; null where the rows hold them.</param>
    public ItemImages(EvaluationTask task, ImageFiles? files) =>
        (_places, _files) = ([.. (task.Images ?? []).Select(place => new TaskTemplate(place))], files);

    /// <summary>SHA-256 over the images that were found: a line of hash and name each, in the order of their names, as
    /// <c>sha256sum</c> prints them.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', _named.Values.Concat(_held.Values).OrderBy(image => image.Name, StringComparer.Ordinal)
            .Select(image => $"{image.Sha256}  {image.Name}")))));

    /// <summary>The images of a row, in their order.</summary>
    /// <exception cref="EvaluationDataException">One is missing or no image; the message names the field.</exception>
    public IReadOnlyList<EvaluationImage> Of(DataRow row)
    {
        var images = _places.SelectMany(place => All(row, place)).ToList();
        if (images.Count == 0 && _places.Count > 0)
        {
            throw row.Fault($"the item has no image; looked for in {string.Join(", ", _places.Select(place => place.Text))}");
        }

        return images;
    }

    private IEnumerable<EvaluationImage> All(DataRow row, TaskTemplate place) => place.Evaluate(row) switch
    {
        null => [],
        JsonArray list => list.Select(element => Of(row, place.Text, element)),
        var value => [Of(row, place.Text, value)],
    };

    private EvaluationImage Of(DataRow row, string field, JsonNode? value)
    {
        if (value is JsonObject holder)
        {
            // Hugging Face's tables: the bytes, or where these lie.
            value = holder["bytes"] ?? holder["path"];
        }

        var text = value is JsonValue ? row.AsText(field, value) : throw row
            .Fault($"the image {field} is neither a text nor an object with 'bytes' or 'path'");
        return _files is null ? Held(row, field, text) : Named(row, field, text, _files);
    }

    private EvaluationImage Named(DataRow row, string field, string name, ImageFiles files)
    {
        if (!_named.TryGetValue(name, out var image))
        {
            var (read, problem) = files.Find(name);
            var bytes = read is null ? throw row.Fault($"the image '{name}' of {field} {problem}") : Read(row, field, name, read);
            _named[name] = image = new EvaluationImage(name, Hash(row, $"'{name}' of {field}", bytes), read);
        }

        return image;
    }

    private EvaluationImage Held(DataRow row, string field, string text)
    {
        if (text.Length <= LongestReference && _byRow.TryGetValue(text, out var other))
        {
            return other;
        }

        var encoded = text.StartsWith("data:", StringComparison.Ordinal) ? text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..] : text;
        var bytes = new byte[encoded.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            throw row.Fault($"the image {field} is no base64: '{TemplateFilters.Shorten(text)}'");
        }

        Array.Resize(ref bytes, length);
        var hash = Hash(row, field, bytes);
        if (!_held.TryGetValue(hash, out var image))
        {
            _held[hash] = image = new EvaluationImage($"{row.File}:{row.Line}", hash, () => bytes);
        }

        if (row.TryFind("index") is JsonValue index)
        {
            _byRow.TryAdd(row.AsText("index", index), image);
        }

        return image;
    }

    private static byte[] Read(DataRow row, string field, string name, Func<byte[]> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw row.Fault($"the image '{name}' of {field} cannot be read ({fault.Message})", fault);
        }
    }

    private static string Hash(DataRow row, string image, byte[] bytes) => ImageHeader.Problem(bytes) is { } problem
        ? throw row.Fault($"the image {image} {problem}")
        : Convert.ToHexStringLower(SHA256.HashData(bytes));
}
