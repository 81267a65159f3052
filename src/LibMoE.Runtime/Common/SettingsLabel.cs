namespace LibMoE.Runtime.Common;

/// <summary>How settings are written for people.</summary>
internal static class SettingsLabel
{
    /// <summary><c>LearningRate=0.003 Dim=64</c>; empty without settings.</summary>
    /// <param name="settings">Values by their configuration key; the section in front of the key is left out.</param>
    public static string Of(IReadOnlyDictionary<string, string> settings) =>
        string.Join(' ', settings.Select(setting => $"{setting.Key[(setting.Key.IndexOf(':') + 1)..]}={setting.Value}"));

    /// <summary>A name and the settings, where there are any.</summary>
    /// <param name="name">What the settings belong to.</param>
    /// <param name="settings">Values by their configuration key.</param>
    public static string Of(string name, IReadOnlyDictionary<string, string> settings) =>
        settings.Count == 0 ? name : $"{name} {Of(settings)}";
}
