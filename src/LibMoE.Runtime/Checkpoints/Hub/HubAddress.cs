using System.Text.RegularExpressions;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>
/// The address of a published model: <c>hf:owner/name</c>, with <c>@revision</c> (a commit, branch or tag) where it is pinned and
/// <c>/path</c> where one file or folder of it is meant, as huggingface_hub's file system writes them (<c>hf://owner/name@revision/path</c>
/// is the same).
/// </summary>
public sealed partial record HubAddress
{
    private const string Scheme = "hf:";
    private const string Shape = "hf:owner/name@revision, with /path where one file or folder of it is meant";
    private const int CommitLength = 40;
    private const int LongestPart = 96;

    private HubAddress(string owner, string name, string? revision, string? path) =>
        (Owner, Name, Revision, Path) = (owner, name, revision, path);

    /// <summary>Who published it.</summary>
    public string Owner { get; }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The commit, branch or tag; null where the address names none, which means <c>main</c>.</summary>
    public string? Revision { get; private init; }

    /// <summary>The file or folder inside it, with slashes; null for all of it.</summary>
    public string? Path { get; }

    /// <summary>Whether the revision is a commit, which never changes.</summary>
    public bool IsPinned => IsCommit(Revision);

    /// <summary>Owner and name.</summary>
    internal string Id => $"{Owner}/{Name}";

    /// <summary>Whether a model's path is an address and not a place on disk.</summary>
    public static bool IsAddress(string path) => path.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Reads an address.</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public static HubAddress Parse(string address)
    {
        var match = Pattern().Match(address);
        var (owner, name) = (match.Groups["owner"].Value, match.Groups["name"].Value);
        var (revision, path) = (Part(match, "revision"), Part(match, "path"));
        return match.Success && IsPart(owner) && IsPart(name) && IsRevision(revision) && (path is null || IsInside(path))
            ? new HubAddress(owner, name, revision is null ? null : Uri.UnescapeDataString(revision), path)
            : throw new ConfigurationException(
                $"{MessageText.Quote(address)} is not the address of a model; it must be {Shape} (a slash in a revision is written %2F).");
    }

    /// <summary>The same, of one commit.</summary>
    internal HubAddress At(string commit) => this with { Revision = commit };

    /// <summary>Whether a revision is the full name of a commit.</summary>
    internal static bool IsCommit(string? revision) => revision is { Length: CommitLength } && revision.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a path stays where it is: relative, no step up, no separator or stream of another system.</summary>
    internal static bool IsInside(string path) => path.Length > 0 && path.Split('/').All(part =>
        part.Length > 0 && part is not ("." or "..") && !part.Any(letter => char.IsControl(letter) || "\\:*?\"<>|".Contains(letter)));

    /// <inheritdoc />
    public override string ToString() => $"{Scheme}{Id}"
        + (Revision is null ? "" : "@" + (Special().IsMatch(Revision) ? Revision : Revision.Replace("/", "%2F", StringComparison.Ordinal)))
        + (Path is null ? "" : $"/{Path}");

    private static bool IsPart(string part) => part.Length is > 0 and <= LongestPart && part.All(char.IsAscii)
        && part[0] is not ('.' or '-') && part[^1] is not ('.' or '-')
        && !part.Contains("--", StringComparison.Ordinal) && !part.Contains("..", StringComparison.Ordinal);

    /// <summary>What git takes for a name (git-check-ref-format), as far as it can be a file's path too.</summary>
    private static bool IsRevision(string? revision) => revision is null
        || (Uri.UnescapeDataString(revision) is var name && IsInside(name) && !name.StartsWith('-')
            && !name.Contains("..", StringComparison.Ordinal) && !name.Any(letter => " ~^[@".Contains(letter)));

    private static string? Part(Match match, string group) => match.Groups[group] is { Success: true, Value: var value } ? value : null;

    /// <summary>Revisions of the hub's own have slashes: pull requests and converted forms.</summary>
    [GeneratedRegex(@"^hf:(//)?(?<owner>[\w.-]+)/(?<name>[\w.-]+)(@(?<revision>refs/(pr|convert)/[^/]+|[^/]+))?(/(?<path>.+))?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();

    [GeneratedRegex("^refs/(pr|convert)/[^/]+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Special();
}
