using System.Globalization;
using LibMoE.Serving.Engine;

namespace LibMoE.Serving.OpenAi;

/// <summary>What all bodies of one answer begin with.</summary>
internal sealed class Head(string kind, ServedModel served)
{
    /// <summary>The answer's id.</summary>
    public string Id { get; } = $"{kind}-{Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)}";

    /// <summary>When it was asked for, in seconds since 1970.</summary>
    public long Created { get; } = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The model.</summary>
    public string Model { get; } = served.Id;

    /// <summary>What the model's files hold: an answer with the same seed is the same while this is.</summary>
    public string Fingerprint { get; } = $"fp_{served.Sha256[..Math.Min(12, served.Sha256.Length)]}";
}
