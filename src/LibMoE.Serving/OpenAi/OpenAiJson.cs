using System.Text.Json;
using System.Text.Json.Serialization;

namespace LibMoE.Serving.OpenAi;

/// <summary>How OpenAI writes JSON.</summary>
internal static class OpenAiJson
{
    /// <summary>Names in lower case with underscores; what is null is left out, unless a property says otherwise.</summary>
    public static JsonSerializerOptions Options { get; } = Set(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Sets options so.</summary>
    public static JsonSerializerOptions Set(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.PropertyNameCaseInsensitive = false;
        return options;
    }
}
