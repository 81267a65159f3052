using System.Text.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>What a file says of an item, as it can be written again.</summary>
internal static class ItemDocument
{
    private const int LongestText = 256;

    /// <summary>The values; null stands for what JSON cannot write: NaN, infinities, and texts that escape half a surrogate pair.</summary>
    public static JsonObject Of(JsonObject values) => IsWritable(values) ? values : (JsonObject)Written(values)!;

    /// <summary>The values without what is too long to be a text: images, as base64 or bytes. Their length stands in their place.</summary>
    public static JsonObject WithoutImages(JsonObject values) =>
        new(values.Select(field => KeyValuePair.Create(field.Key, WithoutImage(field.Value))));

    private static JsonNode? WithoutImage(JsonNode? node) => node switch
    {
        JsonObject holder => WithoutImages(holder),
        JsonArray list => new JsonArray([.. list.Select(WithoutImage)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && IsText(value)
            && value.GetValue<string>() is { Length: > LongestText } text
            && !text.Contains(' ', StringComparison.Ordinal) => $"({text.Length} characters)",
        _ => node?.DeepClone(),
    };

    private static bool IsWritable(JsonNode? node) => node switch
    {
        null => true,
        JsonObject holder => holder.All(field => IsWritable(field.Value)),
        JsonArray list => list.All(IsWritable),
        JsonValue value => NotNumbers.NameOf(value) is null && IsText(value),
        _ => true,
    };

    private static bool IsText(JsonValue value)
    {
        try
        {
            _ = value.TryGetValue<string>(out _);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static JsonNode? Written(JsonNode? node) => node switch
    {
        JsonObject holder => new JsonObject(holder.Select(field => KeyValuePair.Create(field.Key, Written(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Written)]),
        _ => IsWritable(node) ? node?.DeepClone() : null,
    };
}
