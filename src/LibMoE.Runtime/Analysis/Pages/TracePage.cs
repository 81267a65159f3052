using System.Globalization;
using System.Net;
using System.Text;

namespace LibMoE.Runtime.Analysis.Pages;

/// <summary>
/// Texts with the colour of the expert behind every token, block by block: one HTML page without scripts, that opens from a disk. The
/// strength of the colour is the weight; pointing at a token names all its picks.
/// </summary>
internal static class TracePage
{
    private const string Style =
        "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;background:#fff;color:#111}"
        + "h2{margin-top:2.5rem}h3{margin:1.2rem 0 .3rem;font-size:1rem}"
        + ".text span,.key span{border-bottom:3px var(--line-of) var(--expert)}"
        + ".text,.key{font:13px/2 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}.text i{opacity:.5;font-style:normal}"
        + ".text span,.key span{padding:.15em .05em;border-radius:3px}.key span{padding:.15em .6em;margin-right:.4em;white-space:nowrap}"
        + "@media (prefers-color-scheme:dark){body{background:#111;color:#eee}}";

    /// <summary>The page.</summary>
    /// <param name="model">Whose routing it is.</param>
    /// <param name="traces">The texts.</param>
    /// <param name="experts">Per MoE block the names of its experts.</param>
    public static string Html(string model, IReadOnlyList<TextTrace> traces, IReadOnlyDictionary<int, IReadOnlyList<string>> experts)
    {
        var html = new StringBuilder()
            .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
                + "content=\"light dark\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Encode(model)}: which expert handled each token</title>\n<style>"
                + $"{ExpertColours.Css}{Style}</style>\n</head>\n<body>\n")
            .Append(CultureInfo.InvariantCulture, $"<h1>{Encode(model)}: which expert handled each token</h1>\n")
            .Append("<p>Colour says the expert with the largest weight, the strength of the colour that weight's share of all. "
                + "Point at a token for all its picks.</p>\n");
        foreach (var trace in traces)
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(trace.Title)}</h2>\n");
            if (trace.Blocks.Count == 0)
            {
                html.Append("<p>This model picks no experts.</p>\n");
            }

            foreach (var block in trace.Blocks)
            {
                Write(html, trace, block, experts[block.Block]);
            }
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void Write(StringBuilder html, TextTrace trace, BlockTrace block, IReadOnlyList<string> experts)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h3>Block {block.Block}</h3>\n<p class=\"key\">");
        foreach (var (index, name) in experts.Index())
        {
            html.Append(CultureInfo.InvariantCulture, $"<span style=\"{Colour(index, 0.6)}\">{Encode(name)}</span>");
        }

        html.Append("</p>\n<p class=\"text\">");
        foreach (var (token, text) in trace.Tokens.Index())
        {
            var picks = block.Experts[token].Zip(block.Weights[token]).ToList();
            var shown = Encode(text.Replace("\n", "⏎\n", StringComparison.Ordinal));
            if (picks.Count == 0)
            {
                html.Append(CultureInfo.InvariantCulture, $"<i title=\"no expert\">{shown}</i>");
                continue;
            }

            var (best, all) = (picks.MaxBy(pick => Math.Abs(pick.Second)), picks.Sum(pick => Math.Abs(pick.Second)));
            var strength = all == 0 ? 0 : Math.Abs(best.Second) / all;
            var title = string.Join(", ", picks.Select(pick => FormattableString.Invariant($"{experts[pick.First]}: {pick.Second:0.###}")));
            html.Append(CultureInfo.InvariantCulture,
                $"<span style=\"{Colour(best.First, 0.1 + (0.5 * strength))}\" title=\"{Encode(title)}\">{shown}</span>");
        }

        html.Append("</p>\n");
    }

    private static string Colour(int expert, double strength) => string.Create(
        CultureInfo.InvariantCulture,
        $"{ExpertColours.Style(expert)};background:color-mix(in srgb,var(--expert) {100 * strength:F0}%,transparent)");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
