namespace LibMoE.Runtime.Analysis.Pages;

/// <summary>
/// The colours of experts on pages: sixteen that differ from each other by 0.12 in OKLab at least (a just noticeable difference is about
/// 0.02), and from the page by a contrast of 3, in both themes. From the seventeenth expert on they come again with another line below.
/// </summary>
internal static class ExpertColours
{
    /// <summary>On a white page.</summary>
    public static IReadOnlyList<string> Light { get; } =
    [
        "#2d4ba5", "#ff5a0f", "#5a0f00", "#e14bff", "#1ea569", "#0000a5", "#b4001e", "#871ee1",
        "#3c5a00", "#b487a5", "#4b0069", "#b45a0f", "#3c87d2", "#c33c96", "#1e3c4b", "#782d78",
    ];

    /// <summary>On a dark page.</summary>
    public static IReadOnlyList<string> Dark { get; } =
    [
        "#87ff96", "#c30fd2", "#877800", "#d2c3f0", "#ff0000", "#5a5aff", "#1ec378", "#ff78f0",
        "#ffd200", "#786996", "#78ffff", "#3cb4ff", "#ff9600", "#b4d2a5", "#b47869", "#1e96b4",
    ];

    private static readonly string[] Lines = ["solid", "dashed", "dotted", "double"];

    /// <summary>The properties <c>--expert-0</c> to <c>--expert-15</c> of a style sheet.</summary>
    public static string Css { get; } =
        ":root { "
            + string.Join(' ', Light.Zip(Dark).Select((pair, expert) => $"--expert-{expert}: light-dark({pair.First}, {pair.Second});"))
            + " }\n";

    /// <summary>The style of what an expert handled: its colour as <c>--expert</c>, and the line that tells it from others
    /// of that colour.</summary>
    public static string Style(int expert) =>
        $"--expert:var(--expert-{expert % Light.Count});--line-of:{Lines[expert / Light.Count % Lines.Length]}";
}
