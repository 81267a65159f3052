using LibMoE.Generators.Known;
using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Reading;

/// <summary>A declaration as it was written: a class and its parts. It lives while it is read, never in a step's result.</summary>
/// <param name="Class">The class.</param>
/// <param name="Name">The name of the layer: the class's, or that of a member of its family.</param>
/// <param name="Location">The class name.</param>
/// <param name="Parts">The attributes that belong to the declaration, in their order.</param>
/// <param name="HasCompilerErrors">Whether C# itself refuses one of the attributes, so that nothing can be said about the whole.</param>
internal sealed record Declaration(
    INamedTypeSymbol Class,
    string Name,
    LocationInfo Location,
    IReadOnlyList<PartDeclaration> Parts,
    bool HasCompilerErrors)
{
    /// <summary>What a member of a family varies: <c>TopK = 4</c>; empty for the declared layer itself.</summary>
    public string Variation { get; init; } = string.Empty;

    /// <summary>What the constants of the generated part are called where E or K means something else around the class.</summary>
    public IReadOnlyList<string> Renamed { get; init; } = [];

    /// <summary>The blocks that the layer is for; null for those that no other layer of the variant names.</summary>
    public BlocksDeclaration? Blocks { get; init; }

    /// <summary>The layers of certain blocks that stand inside the class and can be completed.</summary>
    public IReadOnlyList<Declaration> ByBlock { get; init; } = [];

    /// <summary>Whether this is the layer of some blocks of the variant that the class around it is.</summary>
    public bool IsForBlocksOfAnother => Blocks is not null && Class.ContainingType is { } outer && DeclarationReader.IsLayer(outer);

    /// <summary>Whether this is a member of a family, which has no class in the source.</summary>
    public bool IsFamilyMember => Name != Class.Name;

    /// <summary>The first gate.</summary>
    public PartDeclaration? Gate => Of(PartRole.Gate).FirstOrDefault();

    /// <summary>What is known of the gate, which must be there.</summary>
    public KnownGate KnownGate => (KnownGates.Find(Gate!.Attribute.FullMetadataName()) ?? KnownGates.Custom).With(Gate!.Model);

    /// <summary>The groups of zero-compute experts.</summary>
    public IEnumerable<PartDeclaration> ZeroCompute => Of(PartRole.Experts).Where(group => group.ExpertRole == ExpertRole.ZeroCompute);

    /// <summary>E: the number of routable slots.</summary>
    public long Slots => Of(PartRole.Experts).Sum(group => (long)group.Model.Int("Count"));

    /// <summary>The parts of a role.</summary>
    public IEnumerable<PartDeclaration> Of(PartRole role) => Parts.Where(part => part.Role == role);
}
