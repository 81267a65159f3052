using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Studies;

/// <summary>Where the cells of a study are kept.</summary>
internal static class CellPath
{
    /// <summary>Where a cell is kept, relative to the run folder, with slashes.</summary>
    public static string Of(string variant, IReadOnlyDictionary<string, string> settings, long seed) => string.Join('/', ((string[])
    [
        variant, Folder(settings), FormattableString.Invariant($"seed-{seed}"),
    ]).Where(part => part.Length > 0));

    /// <summary>As a folder name: what a file system may not take becomes '-', and spaces become commas.</summary>
    private static string Folder(IReadOnlyDictionary<string, string> settings) => string.Concat(SettingsLabel.Of(settings).Select(letter =>
        letter == ' ' ? ',' : char.IsAsciiLetterOrDigit(letter) || letter is '=' or '.' or '_' or '-' or '+' ? letter : '-'));
}
