using System.Text.Json;

namespace Detection;

/// <summary>Reads and writes COCO's JSON.</summary>
internal static class CocoFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a file; what is not asked for in it is passed over.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static T Read<T>(string path)
        where T : class
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(file, Options) ?? throw new InvalidDataException($"{path} holds null.");
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException($"{path} is no file of COCO's: {damaged.Message}", damaged);
        }
    }

    /// <summary>Writes a file, in the place of one that may be there.</summary>
    public static void Write<T>(string path, T value)
    {
        using var file = File.Create(path);
        JsonSerializer.Serialize(file, value, Options);
    }
}
