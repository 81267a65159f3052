namespace LibMoE.Runtime;

/// <summary>How the settings that a grid varies are written.</summary>
internal static class GridSettings
{
    /// <summary>For people: <c>LearningRate=0.003 Dim=64</c>; empty without settings.</summary>
    public static string Label(IReadOnlyDictionary<string, string> settings) =>
        string.Join(' ', settings.Select(setting => $"{setting.Key[(setting.Key.IndexOf(':') + 1)..]}={setting.Value}"));

    /// <summary>A name and the label, where there is one.</summary>
    public static string Label(string name, IReadOnlyDictionary<string, string> settings) =>
        settings.Count == 0 ? name : $"{name} {Label(settings)}";

    /// <summary>Where a cell is kept, relative to the run folder, with slashes.</summary>
    public static string CellFolder(string variant, IReadOnlyDictionary<string, string> settings, long seed) => string.Join('/', ((string[])
    [
        variant, Folder(settings), FormattableString.Invariant($"seed-{seed}"),
    ]).Where(part => part.Length > 0));

    /// <summary>As a folder name: what a file system may not take becomes '-', and spaces become commas.</summary>
    private static string Folder(IReadOnlyDictionary<string, string> settings) => string.Concat(Label(settings).Select(letter =>
        letter == ' ' ? ',' : char.IsAsciiLetterOrDigit(letter) || letter is '=' or '.' or '_' or '-' or '+' ? letter : '-'));
}
