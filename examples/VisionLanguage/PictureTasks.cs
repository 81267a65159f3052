using LibMoE.Runtime;

namespace VisionLanguage;

/// <summary>The tasks by name.</summary>
internal static class PictureTasks
{
    /// <summary>The task that is taken where none is named.</summary>
    public const string Default = "easy-vqa";

    private static readonly Dictionary<string, Func<PictureTask>> Named = new()
    {
        [Default] = EasyVqa.Load,
        ["mosaics"] = Mosaics,
    };

    /// <summary>Loads a task.</summary>
    /// <param name="name">Its name; empty for the default.</param>
    /// <exception cref="ConfigurationException">There is no such task.</exception>
    public static PictureTask Load(string name) => Named.TryGetValue(name.Length == 0 ? Default : name, out var load)
        ? load()
        : throw new ConfigurationException($"Task is '{name}'; it must be one of {string.Join(", ", Named.Keys)}.");

    private static PictureTask Mosaics() => GarmentMosaics.Find() ?? EasyVqa.Load() with
    {
        StandsIn = "fashion_mnist/ is in none of the data folders (LIBMOE_DATA), so that there are no mosaics; these are shapes instead.",
    };
}
