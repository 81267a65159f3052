using System.Text;
using System.Xml;

namespace LibMoE.Runtime.Data.Sources;

/// <summary>The prose of a .NET documentation file, without mark-up.</summary>
internal static class XmlProse
{
    /// <summary>Elements whose text is a line each; exceptions repeat each other too much.</summary>
    private static readonly HashSet<string> LineElements = ["summary", "remarks", "param", "typeparam", "returns", "value"];

    /// <summary>The lines of a file: one per element, white space collapsed, references by their short name.</summary>
    public static IEnumerable<string> Lines(string path)
    {
        var settings =
            new XmlReaderSettings { IgnoreComments = true, IgnoreProcessingInstructions = true, DtdProcessing = DtdProcessing.Ignore };
        using var reader = XmlReader.Create(path, settings);
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element && LineElements.Contains(reader.Name) && Line(reader) is { Length: > 0 } line)
            {
                yield return line;
            }
        }
    }

    private static string Line(XmlReader reader)
    {
        var text = new StringBuilder();
        var depth = reader.Depth;
        if (reader.IsEmptyElement)
        {
            return "";
        }

        while (reader.Read() && reader.Depth > depth)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    text.Append(reader.Value);
                    break;
                case XmlNodeType.Element when reader.IsEmptyElement:
                    text.Append(Reference(reader));
                    break;
                case XmlNodeType.Element or XmlNodeType.EndElement when IsBlock(reader.Name):
                    text.Append(' ');
                    break;
            }
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Elements that stand on their own: their words do not touch those around them.</summary>
    private static bool IsBlock(string element) =>
        element is "para" or "p" or "list" or "item" or "term" or "description" or "li" or "ul" or "listheader";

    /// <summary>What a reader sees of an empty element: &lt;paramref name="index"/&gt; is "index".</summary>
    private static string Reference(XmlReader reader) =>
        reader.GetAttribute("langword") ?? reader.GetAttribute("name") ?? (reader.GetAttribute("cref") is { } cref ? ShortName(cref) : " ");

    /// <summary>T:System.Array is Array, M:System.String.Format(System.String,System.Object) is String.Format.</summary>
    private static string ShortName(string cref)
    {
        var parameters = cref.IndexOf('(', StringComparison.Ordinal);
        var name = parameters < 0 ? cref : cref[..parameters];
        var kept = name.StartsWith("T:", StringComparison.Ordinal) ? 1 : 2;
        var parts = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('.');
        return string.Join('.', parts.TakeLast(kept).Select(part => part.Split('`')[0]));
    }
}
