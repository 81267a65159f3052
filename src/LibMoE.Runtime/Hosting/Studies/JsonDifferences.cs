using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>Says in which values two JSON texts differ.</summary>
internal static class JsonDifferences
{
    private const int Shown = 5;

    /// <summary>The first differences, such as <c>training:steps was 4, is 8</c>.</summary>
    /// <param name="before">The older text.</param>
    /// <param name="now">The newer text.</param>
    public static string Between(string before, string now)
    {
        var (old, next) = (Values(before), Values(now));
        var differences = old.Keys.Union(next.Keys)
            .Where(key => old.GetValueOrDefault(key) != next.GetValueOrDefault(key))
            .Select(key => $"{key} was {old.GetValueOrDefault(key, "absent")}, is {next.GetValueOrDefault(key, "absent")}")
            .ToList();
        return string.Join("; ", differences.Take(Shown)) + (differences.Count > Shown ? $"; {differences.Count - Shown} more" : "");
    }

    private static IReadOnlyDictionary<string, string> Values(string json)
    {
        try
        {
            return JsonLeaves.Of(json);
        }
        catch (JsonException)
        {
            return new Dictionary<string, string> { ["the file"] = "not JSON" };
        }
    }
}
