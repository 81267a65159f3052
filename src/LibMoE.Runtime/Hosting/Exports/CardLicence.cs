using System.Text;
using LibMoE.Runtime.Checkpoints.Safetensors;

namespace LibMoE.Runtime.Hosting.Exports;

/// <summary>A model's licence, in the words of a hub: an identifier such as <c>apache-2.0</c>, or <c>other</c> with a name and a
/// link.</summary>
/// <param name="Id">The identifier.</param>
/// <param name="Name">Of a licence without an identifier; null for none.</param>
/// <param name="Link">Where its text is; null for none.</param>
internal sealed record CardLicence(string Id, string? Name, string? Link)
{
    /// <summary>What is said where nobody has said anything.</summary>
    public static CardLicence Unknown { get; } = new("unknown", null, null);

    private const string Fence = "---";
    private const int LongestCard = 1 << 20;

    /// <summary>As the settings have it, or else the card of the model that is exported; unknown where neither does.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="path">The model's folder or file.</param>
    /// <exception cref="StorageException">The card cannot be read.</exception>
    public static CardLicence Of(ExportSettings settings, string path) => settings switch
    {
        { License.Length: > 0 } => new(settings.License, Text(settings.LicenseName), Text(settings.LicenseLink)),
        { LicenseName.Length: > 0 } => new("other", settings.LicenseName, Text(settings.LicenseLink)),
        _ => InCard(path) ?? Unknown,
    };

    /// <summary>What the card in a folder says.</summary>
    private static CardLicence? InCard(string path)
    {
        if (!Directory.Exists(path))
        {
            return null;
        }

        var files = DiskFiles.Instance;
        var folder = HuggingFaceCache.Snapshot(files, path);
        var card = Path.Combine(folder, ModelCard.FileName);
        if (!File.Exists(card))
        {
            return null;
        }

        var lines = Encoding.UTF8.GetString(files.ReadAll(ModelLinks.Follow(files, folder, ModelCard.FileName), LongestCard)).Split('\n');
        var front = lines.FirstOrDefault()?.Trim() == Fence ? lines.Skip(1).TakeWhile(line => line.Trim() != Fence).ToList() : [];
        return Field("license") is { } id ? new CardLicence(id, Field("license_name"), Field("license_link")) : null;

        string? Field(string name) => Text(front.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))
            ?[(name.Length + 1)..].Trim().Trim('"', '\'') ?? "");
    }

    private static string? Text(string value) => value.Length > 0 ? value : null;
}
