using System.Buffers;

namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>The names of a model's files in a folder, as Hugging Face gives them.</summary>
internal static class ModelFiles
{
    /// <summary>A model in one file.</summary>
    public const string Single = "model.safetensors";

    /// <summary>Says which shard has which tensor.</summary>
    public const string Index = "model.safetensors.index.json";

    /// <summary>What every file of tensors ends in.</summary>
    public const string Extension = ".safetensors";

    private const int LongestName = 255;

    private static readonly SearchValues<char> Reserved = SearchValues.Create("/\\:*?\"<>|");

    /// <summary>One of several files.</summary>
    public static string Shard(int number, int count) => ShardOf(Single, number, count);

    /// <summary>One of several files in place of one.</summary>
    public static string ShardOf(string file, int number, int count) => $"{Stem(file)}-{number:00000}-of-{count:00000}{Extension}";

    /// <summary>The index of the files in place of one.</summary>
    public static string IndexOf(string file) => file + ".index.json";

    /// <summary>Whether a file is one of those in place of another.</summary>
    public static bool IsPartOf(string file, string name) =>
        name == IndexOf(file)
            || (name.StartsWith(Stem(file) + "-", StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal));

    /// <summary>Whether a file of this name would be taken for one of a model's.</summary>
    public static bool IsOfModel(string name) =>
        name == Index || (name.StartsWith("model", StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal));

    private static string Stem(string file) => file[..^Extension.Length];

    /// <summary>
    /// Whether a name that a file states can only mean a file of tensors in its own folder: no separator of any system, no drive or
    /// stream, nothing that a file system reads as another folder.
    /// </summary>
    public static bool IsPlainName(string name) =>
        name.Length is > 0 and <= LongestName
        && name.EndsWith(Extension, StringComparison.Ordinal)
        && name[0] != '.'
        && !name.AsSpan().ContainsAny(Reserved)
        && !name.Any(char.IsControl);
}
