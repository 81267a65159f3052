using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Files;

/// <summary>
/// How an entry stands in a file: its JSON object on one line, with a last member <c>hash</c>, which is the SHA-256 of the line's bytes
/// before <c>,"hash":</c>. The hash of the line before is among these, so that a line cannot be changed, taken out or put in without
/// changing all that follow.
/// </summary>
internal static class AuditLine
{
    /// <summary>What the first line has as the hash of the line before.</summary>
    public static readonly string Start = new('0', 64);

    private const string Mark = ",\"hash\":\"";
    private const string Close = "\"}";
    private const int HashLength = 64;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The line of an entry, without its end, and its hash.</summary>
    public static (string Line, string Hash) Of(AuditEntry entry)
    {
        var hashed = JsonSerializer.Serialize(entry, Json)[..^1];
        var hash = HashOf(hashed);
        return (hashed + Mark + hash + Close, hash);
    }

    /// <summary>Reads the line that follows another.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">The number that it must have.</param>
    /// <param name="previous">The hash of the line before.</param>
    /// <returns>The entry and its hash; or what is wrong, as the end of a sentence.</returns>
    public static (AuditEntry? Entry, string Hash, string? Problem) Read(string line, long number, string previous)
    {
        var at = line.LastIndexOf(Mark, StringComparison.Ordinal);
        if (at < 0 || line.Length != at + Mark.Length + HashLength + Close.Length || !line.EndsWith(Close, StringComparison.Ordinal))
        {
            return (null, "", "is not a whole entry");
        }

        var hash = line.Substring(at + Mark.Length, HashLength);
        if (hash != HashOf(line[..at]))
        {
            return (null, hash, "was changed after it was written: its hash is another");
        }

        try
        {
            var entry = JsonSerializer.Deserialize<AuditEntry>(line[..at] + "}", Json)!;
            return entry.Previous != previous ? (null, hash, "does not follow the line before it: lines were changed, taken out or put in")
                : entry.Number != number ? (null, hash, FormattableString.Invariant($"has the number {entry.Number}"))
                : (entry, hash, null);
        }
        catch (JsonException error)
        {
            return (null, hash, $"is no entry: {MessageText.Reason(error)}");
        }
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
