using System.Globalization;
using System.Text;
using LibMoE.Runtime.Reporting.Index;
using LibMoE.Runtime.Reporting.Report.Page;

namespace LibMoE.Dashboard.Pages;

/// <summary>All runs of the folder: find one by its words, open it, choose several to see side by side.</summary>
internal static class IndexPage
{
    private static readonly string[] Columns = ["Choose", "Run", "Status", "Best metric", "Variants", "Program", "Begun", "Tags"];
    private static readonly string Script = PageFiles.Read("index.js");

    /// <summary>The whole page.</summary>
    /// <param name="runs">The runs, the newest first.</param>
    /// <param name="folder">Where they lie.</param>
    /// <param name="nonce">What only this page's script has.</param>
    /// <param name="canTag">Whether whoever has the token may change tags.</param>
    public static string Html(IReadOnlyList<RunSummary> runs, string folder, string nonce, bool canTag) => new StringBuilder()
        .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .Append(CultureInfo.InvariantCulture, $"<meta http-equiv=\"Content-Security-Policy\" content=\"{PagePolicy.Of(nonce)}\">\n")
        .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .Append("<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n")
        .Append("<title>Runs – LibMoE live</title>\n")
        .Append(CultureInfo.InvariantCulture, $"<style>\n{PageAsset.Style}{SiteHeader.Style}</style>\n</head>\n<body>\n")
        .Append(SiteHeader.Html("runs"))
        .Append("<main id=\"main\" class=\"index\">\n<h1>Runs</h1>\n")
        .Append(CultureInfo.InvariantCulture, $"<p class=\"status\" role=\"status\" id=\"count\">{Count(runs, folder)}</p>\n")
        .Append("<form action=\"/compare\" method=\"get\">\n<div class=\"controls\"><label>Find <input type=\"search\" id=\"find\" ")
        .Append("autocomplete=\"off\"></label> <button type=\"submit\" id=\"compare\">Show the chosen side by side</button></div>\n")
        .Append("<p class=\"wider\"></p><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Runs\"><table>\n<thead><tr>")
        .AppendJoin("", Columns.Select(column => $"<th scope=\"col\">{column}</th>")).Append("</tr></thead>\n")
        .Append(CultureInfo.InvariantCulture, $"<tbody id=\"rows\">\n{Rows(runs)}</tbody></table></div>\n</form>\n")
        .Append(canTag ? Tagging : "")
        .Append(CultureInfo.InvariantCulture, $"</main>\n<script nonce=\"{nonce}\">\n{Script}</script>\n</body>\n</html>\n")
        .ToString();

    /// <summary>The rows of the table, which an open page asks for again and again.</summary>
    public static string Rows(IReadOnlyList<RunSummary> runs)
    {
        var html = new StringBuilder();
        foreach (var run in runs)
        {
            var name = PartHtml.Encode(run.Name);
            var address = "/runs/" + Uri.EscapeDataString(run.Name);
            html.Append("<tr><td><input type=\"checkbox\" name=\"run\" ")
                .Append(CultureInfo.InvariantCulture, $"value=\"{name}\" aria-label=\"Choose {name}\"></td>")
                .Append(CultureInfo.InvariantCulture, $"<th scope=\"row\"><a href=\"{address}\">{name}</a></th>")
                .Append(CultureInfo.InvariantCulture, $"<td class=\"{Level(run.State)}\">{PartHtml.Encode(run.Status)}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td>{PartHtml.Encode(run.BestWords)}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td>{PartHtml.Encode(string.Join(", ", run.Variants))}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td>{PartHtml.Encode(run.Program ?? "–")}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td>{run.Date.UtcDateTime:yyyy-MM-dd HH:mm}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td>{PartHtml.Encode(string.Join(", ", run.Tags))}</td></tr>\n");
        }

        return html.ToString();
    }

    private static string Count(IReadOnlyList<RunSummary> runs, string folder) => PartHtml.Inline(runs.Count == 0
        ? $"There is no run in `{folder}` yet."
        : FormattableString.Invariant($"{runs.Count} in `{folder}`, the newest first."));

    private static string Level(RunState state) => state switch
    {
        RunState.Finished => "finding-text",
        RunState.Failed => "fault-text",
        RunState.Running => "caution-text",
        _ => "",
    };

    private const string Tagging = """
        <details class="listing"><summary>Change tags</summary>
        <form id="tagging">
        <p>Of the chosen runs. It needs the token that the server was started with.</p>
        <div class="controls">
        <label>Tags <input type="text" id="tags" autocomplete="off" required></label>
        <label>Token <input type="password" id="token" autocomplete="off" required></label>
        <button type="submit" name="do" value="add">Add</button>
        <button type="submit" name="do" value="remove">Remove</button>
        </div>
        <p role="status" id="tagged"></p>
        </form></details>

        """;
}
