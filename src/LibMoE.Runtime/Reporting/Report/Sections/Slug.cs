using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Names for files and addresses.</summary>
internal static partial class Slug
{
    /// <summary>Lower-case letters, digits and hyphens; the minus of a number is said, so that −5 and 5 have files of their own.</summary>
    public static string Of(params IEnumerable<string> words) => Others().Replace(
        string.Join('-', words.Select(word => Minus().Replace(word, "minus-"))).ToLowerInvariant(), "-").Trim('-');

    [GeneratedRegex(@"(?<![\p{L}\d])[-−](?=\d)")]
    private static partial Regex Minus();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Others();
}
