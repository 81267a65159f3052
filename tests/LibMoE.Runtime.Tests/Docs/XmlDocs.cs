using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LibMoE.Runtime.Tests.Docs;

/// <summary>Summaries from the XML docs that the compiler wrote beside the runtime and the layers.</summary>
internal static partial class XmlDocs
{
    private static readonly Dictionary<string, XElement> Members = new[] { typeof(EvaluationTask), typeof(RankOptions) }
        .SelectMany(type => XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml")).Descendants("member"))
        .ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>A type's summary as one line of plain text; null where it has none.</summary>
    public static string? SummaryOf(Type type) =>
        Text(Members.GetValueOrDefault($"T:{type.FullName!.Replace('+', '.')}")?.Element("summary"));

    /// <summary>A property's summary, or that of the parameter that a positional record makes it of.</summary>
    public static string? SummaryOf(PropertyInfo property)
    {
        var type = property.DeclaringType!.FullName!.Replace('+', '.');
        return Text(Members.GetValueOrDefault($"P:{type}.{property.Name}")?.Element("summary"))
            ?? Text(Members.GetValueOrDefault($"T:{type}")
                ?.Elements("param").FirstOrDefault(param => param.Attribute("name")?.Value == property.Name));
    }

    private static string? Text(XElement? element) =>
        element is null ? null : Blanks().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" or "seealso" } reference =>
            reference.Value.Length > 0 ? reference.Value : Last().Match(reference.Attributes().First().Value).Value,
        XElement inner => string.Concat(inner.Nodes().Select(Text)),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    /// <summary>The last part of a name such as <c>P:LibMoE.Runtime.TrainingConfig.Seed</c>, without parameters.</summary>
    [GeneratedRegex(@"[^.:(]+(?=\(|$)")]
    private static partial Regex Last();
}
