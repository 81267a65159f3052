using System.Text.Json;

namespace LibMoE.Runtime.Files;

/// <summary>The values of a JSON text by their paths, such as <c>training:steps</c>; a list is one value.</summary>
internal static class JsonLeaves
{
    /// <summary>Reads them.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static IReadOnlyDictionary<string, string> Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Of("", document.RootElement).ToDictionary();
    }

    private static IEnumerable<KeyValuePair<string, string>> Of(string path, JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject()
            .SelectMany(property => Of(path.Length == 0 ? property.Name : $"{path}:{property.Name}", property.Value))
        : [new(path, element.GetRawText())];
}
