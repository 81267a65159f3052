using System.Globalization;
using System.Text;
using LibMoE.Runtime.Analysis.Pages;
using LibMoE.Runtime.Reporting.Report.Parts;

namespace LibMoE.Runtime.Reporting.Report.Page;

/// <summary>Writes images with the experts of their patches over them: a drawing for each layer, which needs no script.</summary>
internal static class PatchHtml
{
    private const double FaintestFill = 0.15;
    private const double FillOfWeight = 0.45;

    /// <summary>Writes the part.</summary>
    public static void Write(StringBuilder html, PatchPictures part)
    {
        html.Append("<p class=\"experts\">");
        for (var expert = 0; expert < part.Experts; expert++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<span style=\"{ExpertColours.Style(expert)}\">expert {expert}</span> ");
        }

        html.Append("</p>\n<div class=\"pictures\">\n");
        foreach (var picture in part.Pictures)
        {
            Write(html, picture);
        }

        html.Append("</div>\n");
    }

    private static void Write(StringBuilder html, PictureTrace picture)
    {
        html.Append(CultureInfo.InvariantCulture,
                $"<figure class=\"picture\" style=\"--picture:url(data:image/png;base64,{Convert.ToBase64String(picture.Png)})\">\n")
            .Append(CultureInfo.InvariantCulture, $"<h4>{Question(picture)}</h4>")
            .Append(CultureInfo.InvariantCulture, $"<p>{Answer(picture)}</p>\n<div class=\"patches\">")
            .Append("<div class=\"seen\"><svg viewBox=\"0 0 1 1\" role=\"img\" aria-label=\"The image\"></svg>")
            .Append("<span>the image</span></div>\n");
        foreach (var layer in picture.Layers)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<div class=\"seen\"><svg viewBox=\"0 0 {picture.Grid} {picture.Grid}\" role=\"img\" ")
                .Append(CultureInfo.InvariantCulture, $"aria-label=\"The first expert of each patch in {PartHtml.Encode(layer.Name)}\">");
            WritePatches(html, picture.Grid, layer.Patches);
            html.Append(CultureInfo.InvariantCulture, $"</svg><span>{PartHtml.Encode(layer.Name)}</span></div>\n");
        }

        html.Append("</div></figure>\n");
    }

    private static string Question(PictureTrace picture) => picture.Question.Length > 0
        ? PartHtml.Encode(picture.Question)
        : PartHtml.Encode(picture.Kind.Length > 0 ? picture.Kind : "A held-out image");

    private static string Answer(PictureTrace picture) => (picture.Said, picture.IsRight) switch
    {
        ({ Length: > 0 }, true) => $"answered <b class=\"finding\">{PartHtml.Encode(picture.Said)}</b>, right",
        ({ Length: > 0 }, false) =>
            $"answered <b class=\"fault\">{PartHtml.Encode(picture.Said)}</b>, wrong: {PartHtml.Encode(picture.Answer)}",
        (_, true) => "answered right",
        _ => "answered wrong",
    };

    /// <summary>The patches of an expert together, which share their colour; the strength of the fill is the weight of the first
    /// pick.</summary>
    private static void WritePatches(StringBuilder html, int grid, BlockTrace patches)
    {
        var first = patches.Experts.Index().Where(patch => patch.Item.Count > 0).GroupBy(patch => patch.Item[0])
            .OrderBy(expert => expert.Key);
        foreach (var expert in first)
        {
            html.Append(CultureInfo.InvariantCulture, $"<g style=\"{ExpertColours.Style(expert.Key)}\">");
            foreach (var (patch, picks) in expert)
            {
                var (x, y, weights) = (patch % grid, patch / grid, patches.Weights[patch]);
                var fill = FaintestFill + FillOfWeight * Math.Clamp(Math.Abs(weights[0]), 0, 1);
                html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" ")
                    .Append(CultureInfo.InvariantCulture, $"fill-opacity=\"{fill:0.##}\"><title>")
                    .AppendJoin(", ", picks.Zip(weights, (pick, weight) => FormattableString.Invariant($"expert {pick} ({weight:0.##})")))
                    .Append(CultureInfo.InvariantCulture, $"</title></rect><text x=\"{x + 0.5}\" y=\"{y + 0.5}\">{expert.Key}</text>");
            }

            html.Append("</g>");
        }
    }
}
