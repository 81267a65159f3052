using System.Text.Json;
using System.Text.Json.Serialization;

namespace LibMoE.Runtime.Files;

/// <summary>How every JSON file of a run folder is written: camel case, and words for numbers that JSON lacks (a
/// diverged loss is NaN).</summary>
internal static class RunJson
{
    /// <summary>Over several lines, for people.</summary>
    public static JsonSerializerOptions Indented { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The same on one line, for files of many lines and for figures that nobody reads by eye.</summary>
    public static JsonSerializerOptions Line { get; } = new(Indented) { WriteIndented = false };
}
