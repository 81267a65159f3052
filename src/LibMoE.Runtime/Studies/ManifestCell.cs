using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Studies;

/// <summary>One line of <c>cells.jsonl</c>.</summary>
/// <param name="Index">The number that <c>run-cell --index</c> takes, from 0.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Settings">What the grid sets; empty without a grid.</param>
/// <param name="Folder">The cell's folder inside the run folder, with slashes.</param>
/// <param name="Hash">SHA-256, in lower-case hexadecimal, of the cell's <c>config.json</c>, which names everything that decides the result:
/// variant, declaration, backbone, training, seed and corpus.</param>
internal sealed record ManifestCell(
    int Index, string Variant, long Seed, IReadOnlyDictionary<string, string> Settings, string Folder, string Hash)
{
    /// <summary>The hash of a cell whose <c>config.json</c> has this text: what <c>sha256sum config.json</c> prints.</summary>
    public static string HashOf(string config) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config)));

    /// <summary>Variant, settings and seed, for sentences.</summary>
    public override string ToString() => FormattableString.Invariant($"{SettingsLabel.Of(Variant, Settings)}, seed {Seed}");
}
