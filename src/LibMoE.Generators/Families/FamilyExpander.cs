using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Families;

/// <summary>Turns a declaration with <c>[Vary]</c> into its members.</summary>
internal static class FamilyExpander
{
    private const int MaxMembers = 256;

    /// <summary>The members other than the declared layer itself; reports what stands in the way.</summary>
    public static IReadOnlyList<Declaration> Expand(Declaration declaration, DiagnosticBag bag, CancellationToken token)
    {
        var found = new DiagnosticBag();
        var members = Members(declaration, found);
        bag.AddRange(found);
        if (found.Count > 0)
        {
            return [];
        }

        var kept = new Dictionary<string, Declaration>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            token.ThrowIfCancellationRequested();
            if (Owner(declaration, member.Name, kept) is { } owner)
            {
                bag.Report(Descriptors.VaryNameTaken, declaration.Of(PartRole.Vary).First().Location, declaration.Name, member.Name, owner);
            }
            else
            {
                kept.Add(member.Name, member);
            }
        }

        return [.. kept.Values];
    }

    /// <summary>Every combination of the axes' values but the one that the declared layer itself has, whatever the names.</summary>
    public static IReadOnlyList<Declaration> Members(Declaration declaration, DiagnosticBag bag)
    {
        if (declaration.HasCompilerErrors)
        {
            return [];
        }

        var axes = AxisReader.Read(declaration, bag);
        var count = axes.Aggregate(1L, (product, axis) => Math.Min(product * axis.Values.Count, int.MaxValue));
        if (count > MaxMembers)
        {
            bag.Report(Descriptors.VaryTooMany, axes[0].Location, declaration.Name, count, MaxMembers);
        }

        if (bag.Count > 0 || axes.Count == 0)
        {
            return [];
        }

        IEnumerable<IReadOnlyList<AxisValue>> combinations = [[]];
        foreach (var axis in axes)
        {
            combinations = combinations.SelectMany(chosen => axis.Values.Select(value => (IReadOnlyList<AxisValue>)[.. chosen, value]));
        }

        return
        [
            .. combinations
                .Where(chosen => !IsDeclared(declaration, axes, chosen))
                .Select(chosen => Member(declaration, axes, chosen)),
        ];
    }

    private static Declaration Member(Declaration declaration, IReadOnlyList<Axis> axes, IReadOnlyList<AxisValue> chosen)
    {
        var parts = declaration.Parts.ToList();
        var name = declaration.Name;
        var variation = new List<string>();
        for (var i = 0; i < axes.Count; i++)
        {
            var (axis, value) = (axes[i], chosen[i]);
            parts[axis.Part] = parts[axis.Part].With(axis.Option, value.Value, value.Literal, value.Location);
            var isUnique = axes.Count(other => other.Option == axis.Option) == 1;
            name += $"_{(isUnique ? axis.Option : axis.Qualified.Replace(".", string.Empty).Replace("#", string.Empty))}{value.Name}";
            variation.Add($"{axis.Option} = {value.Literal.Replace("global::LibMoE.", string.Empty)}");
        }

        return declaration with { Name = name, Parts = parts, Variation = string.Join(", ", variation) };
    }

    private static bool IsDeclared(Declaration declaration, IReadOnlyList<Axis> axes, IReadOnlyList<AxisValue> chosen) =>
        axes.Zip(chosen, (axis, value) => (axis, value)).All(pair =>
            declaration.Parts[pair.axis.Part].Model.Options.FirstOrDefault(option => option.Name == pair.axis.Option) is { } option
            && Equals(option.Value, pair.value.Value));

    /// <summary>What has that name already; null where nothing has.</summary>
    private static string? Owner(Declaration declaration, string name, Dictionary<string, Declaration> members)
    {
        var type = declaration.Class;
        var container = (INamespaceOrTypeSymbol?)type.ContainingType ?? type.ContainingNamespace;
        if (members.ContainsKey(name))
        {
            return "another member of the family";
        }

        if (type.ContainingType?.Name == name || container.GetMembers(name).Any(member => member is not INamedTypeSymbol { Arity: > 0 }))
        {
            return $"'{container.GetMembers(name).FirstOrDefault()?.ToDisplayString() ?? name}'";
        }

        return container.GetTypeMembers()
            .Where(other => IsRival(declaration.Name, other))
            .FirstOrDefault(other =>
                Members(DeclarationReader.Read(other, default), new DiagnosticBag()).Any(member => member.Name == name))
            ?.ToDisplayString() is { } rival ? $"the family of '{rival}'" : null;
    }

    /// <summary>Of two families that vary to the same name the one whose class name the other's starts with has it.</summary>
    private static bool IsRival(string name, INamedTypeSymbol other) =>
        name.StartsWith(other.Name + "_", StringComparison.Ordinal) && DeclarationReader.IsLayer(other);
}
