using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Studies;

/// <summary>The content of a run's <c>settings.json</c>: which program began it, and with which settings.</summary>
/// <param name="Program">The program's name.</param>
/// <param name="Settings">Configuration keys and their values.</param>
internal sealed record KeptSettings(string Program, IReadOnlyDictionary<string, string?> Settings)
{
    /// <summary>The file in the run's folder.</summary>
    public const string FileName = "settings.json";

    /// <summary>The settings of a run; null where it has no such file.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="JsonException">The file is damaged.</exception>
    public static KeptSettings? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return !File.Exists(path) ? null
            : JsonSerializer.Deserialize<KeptSettings>(File.ReadAllText(path), RunJson.Indented) is
            { Settings: not null, Program: not null } kept
            ? kept
            : throw new JsonException();
    }

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Indented);
}
