using System.Text.Json.Serialization;

namespace LibMoE.Runtime;

/// <summary>A line of an <see cref="AuditLog"/>: who did what, when and why.</summary>
public sealed record AuditEntry
{
    /// <summary>The number of the line, from 1.</summary>
    [JsonPropertyOrder(0)]
    public required long Number { get; init; }

    /// <summary>When it was written, in UTC.</summary>
    [JsonPropertyOrder(1)]
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who did it: a name, never a secret.</summary>
    [JsonPropertyOrder(2)]
    public required string Who { get; init; }

    /// <summary>What was done, such as <c>veto</c>.</summary>
    [JsonPropertyOrder(3)]
    public required string Action { get; init; }

    /// <summary>What it was done to, by name.</summary>
    [JsonPropertyOrder(4)]
    public required IReadOnlyDictionary<string, string> Details { get; init; }

    /// <summary>Why.</summary>
    [JsonPropertyOrder(5)]
    public required string Reason { get; init; }

    /// <summary>The hash of the line before; 64 zeros in the first.</summary>
    [JsonPropertyOrder(6)]
    public required string Previous { get; init; }
}
