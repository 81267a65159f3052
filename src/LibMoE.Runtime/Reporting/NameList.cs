using System.Globalization;
using Humanizer;

namespace LibMoE.Runtime.Reporting;

/// <summary>Names in a sentence.</summary>
internal static class NameList
{
    private const int Most = 6;

    /// <summary>All of a few; of many the first, and how many more there are.</summary>
    public static string Of(IReadOnlyCollection<string> names) => names.Count <= Most
        ? names.Humanize("and")
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(Most - 1))} and {names.Count - Most + 1} more");
}
