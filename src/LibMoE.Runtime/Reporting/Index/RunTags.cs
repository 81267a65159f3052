using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Reporting.Index;

/// <summary>The tags of a run: words that people find it by, in its folder's <c>tags.json</c>.</summary>
internal static partial class RunTags
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "tags.json";

    /// <summary>What a tag may be.</summary>
    public const string Rule = "letters, digits, '.', '_' and '-', 64 of them at most";

    private const int LongestFile = 1 << 20;

    /// <summary>Whether a word can be a tag.</summary>
    public static bool IsTag(string word) => Tag().IsMatch(word);

    /// <summary>The tags of a run, in alphabetical order; none where the file is absent or damaged.</summary>
    /// <param name="folder">The run's folder.</param>
    public static IReadOnlyList<string> Of(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return DiskFiles.Instance.Find(path) is null ? []
                : [.. (JsonSerializer.Deserialize<string[]>(DiskFiles.Instance.ReadAll(path, LongestFile)) ?? [])
                    .Where(word => word is not null && IsTag(word)).Distinct().Order(StringComparer.Ordinal)];
        }
        catch (Exception unreadable) when (unreadable is JsonException or StorageException)
        {
            return [];
        }
    }

    /// <summary>Adds tags and takes others away.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="added">Tags that it gets.</param>
    /// <param name="removed">Tags that it loses.</param>
    /// <returns>The tags that it has now.</returns>
    /// <exception cref="StorageException">The file could not be written.</exception>
    public static IReadOnlyList<string> Change(string folder, IEnumerable<string> added, IEnumerable<string> removed)
    {
        IReadOnlyList<string> now = [.. Of(folder).Union(added).Except(removed).Order(StringComparer.Ordinal)];
        DiskFiles.Instance.WriteAtomically(
            Path.Combine(folder, FileName), Encoding.UTF8.GetBytes(JsonSerializer.Serialize(now, RunJson.Line) + "\n"));
        return now;
    }

    [GeneratedRegex(@"\A[\p{L}\p{Nd}._-]{1,64}\z")]
    private static partial Regex Tag();
}
