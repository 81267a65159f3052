using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Hosting;

/// <summary>One setting as docs/settings.md has it.</summary>
/// <param name="Key">The configuration key; <c>N</c> stands for the number of a list's entry.</param>
/// <param name="Default">Its default; empty where it has none.</param>
/// <param name="Text">What it is.</param>
internal sealed record SettingText(string Key, string Default, string Text);

/// <summary>
/// The page docs/settings.md, which the assembly carries: help says what the page says. A test holds its rows to the properties of the
/// records.
/// </summary>
internal static partial class SettingsPage
{
    private const string Resource = "LibMoE.Settings.md";
    private const int KeyWidth = 34;
    private const int LeastWidth = 40;

    /// <summary>Settings whose value is nobody's business.</summary>
    private static readonly string[] Secrets = ["Serving:ApiKey", "Serving:Keys", "Dashboard:Token", "Dashboard:Webhook"];

    /// <summary>Every row, in the page's order.</summary>
    public static IReadOnlyList<SettingText> All { get; } = Read();

    /// <summary>Writes the settings of some sections, one a line and more where the screen is narrow.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sections">The sections' names.</param>
    /// <param name="configured">What a key is set to without the command line; null where it is not.</param>
    /// <param name="width">Columns of the screen.</param>
    public static void Write(TextWriter output, IReadOnlyList<string> sections, Func<string, string?> configured, int width)
    {
        output.WriteLine("Settings (--Section:Key=value, or in appsettings.json):");
        foreach (var row in All.Where(row => sections.Contains(row.Key.Split(':')[0])))
        {
            var lines = Lines($"{row.Text}{Default(row, configured(row.Key))}", Math.Max(LeastWidth, width - KeyWidth - 3)).ToList();
            output.WriteLine($"  {row.Key.PadRight(KeyWidth)} {lines[0]}");
            foreach (var line in lines.Skip(1))
            {
                output.WriteLine($"{new string(' ', KeyWidth + 3)}{line}");
            }
        }
    }

    private static string Default(SettingText row, string? configured) =>
        !string.IsNullOrEmpty(configured) ? $" [default here: {(Secrets.Contains(row.Key) ? "set" : configured)}]"
        : row.Default.Length > 0 ? $" [default: {row.Default}]" : "";

    private static IEnumerable<string> Lines(string text, int width)
    {
        while (text.Length > width && text.LastIndexOf(' ', width) is var cut and > 0)
        {
            yield return text[..cut];
            text = text[(cut + 1)..];
        }

        yield return text;
    }

    private static List<SettingText> Read()
    {
        using var stream = typeof(SettingsPage).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return [.. Row().Matches(reader.ReadToEnd().ReplaceLineEndings("\n")).Select(row => new SettingText(
            row.Groups[1].Value, row.Groups[2].Value == "–" ? "" : row.Groups[2].Value, Plain(row.Groups[3].Value)))];
    }

    private static string Plain(string text) => Link().Replace(text, "$1").Replace("`", "", StringComparison.Ordinal);

    [GeneratedRegex(@"^\| `([A-Z]\w*:\S+)` \| (.+?) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]+\)")]
    private static partial Regex Link();
}
