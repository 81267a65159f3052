using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Reading;

/// <summary>A file whose plain name another file has as well, in other letters' case or from a type of another kind.</summary>
/// <param name="Identity">The class, distinguished from every other.</param>
/// <param name="Name">The name that the file gets instead.</param>
internal sealed record HintName(string Identity, string Name);

/// <summary>Names of emitted files. The compiler takes no account of their case, while C# distinguishes <c>Smoe</c>
/// from <c>SMOE</c>.</summary>
internal static class HintNames
{
    /// <summary>What distinguishes a layer's class from every other of the assembly.</summary>
    public static string Identity(LayerModel layer) => $"{layer.Namespace}|{string.Join("|", layer.Outer)}|{layer.Name}";

    /// <summary>What distinguishes a stand-in's class from every other of the assembly.</summary>
    public static string Identity(SkeletonModel skeleton) =>
        $"{skeleton.Namespace}|{string.Join("|", skeleton.Outer)}|{skeleton.Name}{skeleton.TypeParameters}";

    /// <summary>The identity, or the name, of a layer's file with its declaration.</summary>
    public static string SecondFile(string first) => first + ".Declaration";

    /// <summary>The files that cannot have their plain name; almost always none.</summary>
    public static EquatableArray<HintName> Clashes(IEnumerable<DeclarationResult> declarations)
    {
        var names = declarations.SelectMany(declaration => declaration.Layers.Select(layer => (Identity: Identity(layer), layer.FullName))
            .Concat(declaration.Layers.Select(layer => (Identity: SecondFile(Identity(layer)), FullName: SecondFile(layer.FullName))))
            .Concat(declaration.Skeletons.Select(skeleton => (Identity: Identity(skeleton), skeleton.FullName))));
        return new EquatableArray<HintName>(names
            .GroupBy(name => name.FullName, StringComparer.OrdinalIgnoreCase)
            .SelectMany(group => group
                .OrderBy(name => name.Identity, StringComparer.Ordinal)
                .Skip(1)
                .Select((name, i) => new HintName(name.Identity, $"{name.FullName}.{i + 2}")))
            .OrderBy(hint => hint.Identity, StringComparer.Ordinal));
    }

    /// <summary>The file's name.</summary>
    public static string Of(string identity, string fullName, EquatableArray<HintName> clashes) =>
        (clashes.FirstOrDefault(hint => hint.Identity == identity)?.Name ?? fullName) + ".g.cs";
}
