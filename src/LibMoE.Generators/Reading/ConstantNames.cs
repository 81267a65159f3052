using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Reading;

/// <summary>
/// The names of the constants of a generated part. A member comes before anything around its class, so that a user's own <c>K</c> in
/// <c>TopK = K.Picks</c> would come to mean the constant: where the name is taken, the constant has another one.
/// </summary>
internal static class ConstantNames
{
    private static readonly (string Short, string Long)[] Names =
    [
        ("E", "ExpertSlots"), ("K", "PicksPerToken"), .. Grouped("F", "FeedForwardExperts"), .. Grouped("H", "HiddenWidth"),
        ("R", "RouterRank"), ("L", "LatentWidth"), ("J", "SharedExpertCount"), ("V", "Vocabulary"),
        ("M", "EmbeddingWidth"), ("B", "HyperWidth"), ("P", "MixedSlots"), ("Q", "SignedSlots"), ("Formulas", "FormulaText"),
    ];

    /// <summary>A name, and those of the groups of experts where there are several.</summary>
    private static IEnumerable<(string Short, string Long)> Grouped(string letter, string name) =>
        Enumerable.Range(0, 8).Select(group => (letter + group, name + group)).Prepend((letter, name));

    /// <summary>The constants that need another name, as <c>K=PicksPerToken</c>.</summary>
    /// <param name="type">The class.</param>
    /// <param name="model">The file that declares it.</param>
    /// <param name="position">A place in the declaration.</param>
    public static IReadOnlyList<string> Renamed(INamedTypeSymbol type, SemanticModel model, int position)
    {
        return [.. Names.Where(name => IsTaken(name.Short)).Select(name => $"{name.Short}={Free(name.Long)}")];

        bool IsTaken(string name) => !model.LookupSymbols(position, name: name).IsEmpty;

        string Free(string name) => IsTaken(name) || !type.GetMembers(name).IsEmpty ? Free(name + "_") : name;
    }
}
