using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;

namespace LibMoE.Runtime.Reporting.Report.Page;

/// <summary>Writes parts as HTML. Every text passes through <see cref="Encode"/>.</summary>
internal static class PartHtml
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Writes a part.</summary>
    public static void Write(StringBuilder html, IReportPart part)
    {
        switch (part)
        {
            case Prose prose:
                html.Append(CultureInfo.InvariantCulture, $"<p>{Inline(prose.Text)}</p>\n");
                break;
            case NoticeList list:
                WriteNotices(html, list);
                break;
            case ReportTable table:
                WriteTable(html, table);
                break;
            case ChartPart { Chart: var chart }:
                WriteChart(html, chart);
                break;
            case Listing listing:
                html.Append(CultureInfo.InvariantCulture, $"<details class=\"listing\"><summary>{Encode(listing.Title)}</summary>")
                    .Append(CultureInfo.InvariantCulture, $"<pre tabindex=\"0\">{Encode(listing.Text)}</pre></details>\n");
                break;
            case Choice choice:
                WriteChoice(html, choice);
                break;
            case TextExplorer explorer:
                html.Append(CultureInfo.InvariantCulture, $"<div class=\"explorer\" data-explorer=\"{Encode(explorer.Id)}\"></div>\n");
                break;
            case PatchPictures pictures:
                PatchHtml.Write(html, pictures);
                break;
            default:
                throw new NotSupportedException($"The page cannot show {part.GetType().Name}.");
        }
    }

    /// <summary>Text that is safe between tags and in quoted attributes.</summary>
    public static string Encode(string text) => Encoder.Encode(text);

    /// <summary>Text with `code`.</summary>
    public static string Inline(string text) => string.Concat(
        text.Split('`').Select((piece, index) => index % 2 == 0 ? Encode(piece) : $"<code>{Encode(piece)}</code>"));

    private static void WriteNotices(StringBuilder html, NoticeList list)
    {
        html.Append("<ul class=\"notices\">\n");
        foreach (var notice in list.Notices)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<li class=\"{Name(notice.Level)}\"><b>{Word(notice.Level)}</b> <span>{Inline(notice.Text)}</span></li>\n");
        }

        html.Append("</ul>\n");
    }

    /// <summary>The level as a class of the style sheet.</summary>
    public static string Name(NoticeLevel level) => level switch
    {
        NoticeLevel.Finding or NoticeLevel.Answer => "finding",
        NoticeLevel.Note => "note",
        NoticeLevel.Caution => "caution",
        _ => "fault",
    };

    private static string Word(NoticeLevel level) => level switch
    {
        NoticeLevel.Finding => "Finding",
        NoticeLevel.Answer => "Answer",
        NoticeLevel.Note => "Note",
        NoticeLevel.Caution => "Caution",
        _ => "Fault",
    };

    private static void WriteTable(StringBuilder html, ReportTable table)
    {
        html.Append(CultureInfo.InvariantCulture,
            $"<figure class=\"table\"><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table {Encode(table.Id)}\">")
            .Append("<table>\n<thead><tr>");
        foreach (var column in table.Columns)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"{Class(column)}>{Encode(column.Header)}</th>");
        }

        html.Append("</tr></thead>\n<tbody>\n");
        for (var row = 0; row < table.Rows; row++)
        {
            html.Append(table.Marked.Contains(row) ? "<tr class=\"marked\">" : "<tr>");
            foreach (var (index, column) in table.Columns.Index())
            {
                var (tag, scope) = index == 0 ? ("th", " scope=\"row\"") : ("td", "");
                html.Append(CultureInfo.InvariantCulture, $"<{tag}{scope}{Class(column)}>{Inline(column.Cells[row])}</{tag}>");
            }

            html.Append("</tr>\n");
        }

        html.Append(CultureInfo.InvariantCulture, $"</tbody></table></div>\n<figcaption>{Inline(table.Caption)} ")
            .Append(CultureInfo.InvariantCulture,
                $"<span class=\"downloads\"><button type=\"button\" data-csv=\"{Encode(table.Id)}\">CSV</button></span>")
            .Append("</figcaption></figure>\n");

        static string Class(ShownColumn column) => column.Numeric ? " class=\"number\"" : "";
    }

    private static void WriteChart(StringBuilder html, ReportChart chart) => html
        .Append(CultureInfo.InvariantCulture, $"<figure class=\"chart\"><h4>{Encode(chart.Title)}</h4>")
        .Append(CultureInfo.InvariantCulture, $"<div class=\"plot\" data-chart=\"{Encode(chart.Id)}\"></div>\n")
        .Append(CultureInfo.InvariantCulture, $"<figcaption>{Inline(chart.Caption)}{Cut(chart)} <span class=\"downloads\">")
        .Append(
            chart is LineChart { Top: not null } ? $"<button type=\"button\" data-whole=\"{Encode(chart.Id)}\">Whole axis</button>" : "")
        .Append(CultureInfo.InvariantCulture, $"<button type=\"button\" data-table=\"{Encode(chart.Id)}\">Table</button>")
        .Append(CultureInfo.InvariantCulture, $"<button type=\"button\" data-csv=\"{Encode(chart.Id)}\">CSV</button>")
        .Append(CultureInfo.InvariantCulture,
            $"<button type=\"button\" data-svg=\"{Encode(chart.Id)}\">SVG</button></span></figcaption></figure>\n");

    private static string Cut(ReportChart chart) =>
        chart is LineChart { Top: not null } ? " The axis leaves out how the curves begin, so that their ends can be told apart." : "";

    private static void WriteChoice(StringBuilder html, Choice choice)
    {
        html.Append(CultureInfo.InvariantCulture,
            $"<div class=\"choice\"><label>{Encode(choice.Label)} <select data-choice=\"{Encode(choice.Id)}\">");
        foreach (var option in choice.Options)
        {
            html.Append(CultureInfo.InvariantCulture, $"<option>{Encode(option.Name)}</option>");
        }

        html.Append("</select></label>\n");
        foreach (var option in choice.Options)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div data-option=\"{Encode(option.Name)}\">\n");
            foreach (var part in option.Parts)
            {
                Write(html, part);
            }

            html.Append("</div>\n");
        }

        html.Append("</div>\n");
    }
}
