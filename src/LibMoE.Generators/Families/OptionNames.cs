using LibMoE.Generators.Reading;

namespace LibMoE.Generators.Families;

/// <summary>An option of a part, as a Vary attribute may name it.</summary>
/// <param name="Part">The index of the part among the declaration's parts.</param>
/// <param name="Option">The option.</param>
/// <param name="Qualified">The shortest name that means this option and no other.</param>
internal sealed record OptionName(int Part, string Option, string Qualified);

/// <summary>Finds the options that a Vary attribute names.</summary>
internal static class OptionNames
{
    /// <summary>Every option of a declaration that can vary.</summary>
    public static IReadOnlyList<OptionName> All(Declaration declaration) =>
    [
        .. declaration.Parts.SelectMany((part, i) => part.Role == PartRole.Vary
            ? []
            : part.OptionFacts.Keys.Select(option => new OptionName(i, option, $"{Qualifiers(declaration, i).First()}.{option}"))),
    ];

    /// <summary>The options that a name means: more than one where it is ambiguous.</summary>
    public static IReadOnlyList<OptionName> Find(Declaration declaration, string name)
    {
        var dot = name.LastIndexOf('.');
        var (qualifier, option) = dot < 0 ? (null, name) : (name.Substring(0, dot), name.Substring(dot + 1));
        return [.. All(declaration).Where(candidate => candidate.Option == option
            && (qualifier is null || Accepts(declaration, candidate.Part).Contains(qualifier)))];
    }

    /// <summary>The names that mean this part alone, the plainest first: <c>SoftmaxGate</c>, <c>Zero</c>, <c>Experts#2</c>.</summary>
    private static IEnumerable<string> Qualifiers(Declaration declaration, int index)
    {
        var part = declaration.Parts[index];
        var same = declaration.Parts.Where(other => other.Name == part.Name).ToList();
        if (same.Count == 1)
        {
            yield return part.Name;
        }

        if (part.Kind is { } kind && declaration.Parts.Count(other => other.Kind?.Name == kind.Name) == 1)
        {
            yield return kind.Name;
        }

        yield return $"{part.Name}#{same.IndexOf(part) + 1}";
    }

    private static IEnumerable<string> Accepts(Declaration declaration, int index) =>
        Qualifiers(declaration, index).Concat([declaration.Parts[index].Name, declaration.Parts[index].Attribute.Name]);
}
