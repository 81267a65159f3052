using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Names for files and addresses.</summary>
internal static partial class Slug
{
    /// <summary>Lower-case letters, digits and hyphens.</summary>
    public static string Of(params IEnumerable<string> words) =>
        Others().Replace(string.Join('-', words).ToLowerInvariant(), "-").Trim('-');

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Others();
}
