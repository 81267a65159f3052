using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Models;

/// <summary>A checked declaration: everything that the emitter needs, and nothing that refers to a compilation.</summary>
/// <param name="Namespace">The namespace; empty for the global one.</param>
/// <param name="Name">The class name as C# source: a keyword has its <c>@</c>.</param>
/// <param name="Outer">The headers of the types around the class, outermost first: <c>partial class Outer</c>.</param>
/// <param name="IsPublic">Whether the class and all types around it are public.</param>
/// <param name="Experts">The routed groups in slot order: FFN and custom groups in declaration order, then zero-compute ones.</param>
/// <param name="Shared">The shared experts, if any.</param>
/// <param name="Gate">The gate.</param>
/// <param name="Balance">The balancing terms in declaration order.</param>
/// <param name="Capacity">The capacity, if limited.</param>
/// <param name="ExpertDropout">The expert dropout, if any.</param>
internal sealed record LayerModel(
    string Namespace,
    string Name,
    EquatableArray<string> Outer,
    bool IsPublic,
    EquatableArray<ExpertGroupModel> Experts,
    ExpertGroupModel? Shared,
    CustomPartModel Gate,
    EquatableArray<CustomPartModel> Balance,
    PartModel? Capacity,
    PartModel? ExpertDropout)
{
    /// <summary>The latent space of the routed experts, if any.</summary>
    public PartModel? Latent { get; init; }

    /// <summary>The blocks of a model that the layer is for; empty for those that no other layer of the variant names.</summary>
    public EquatableArray<BlockSpan> Blocks { get; init; } = new([]);

    /// <summary>The layers of certain other blocks as C# source: <c>global::Demo.Smoe.First</c>.</summary>
    public EquatableArray<string> ByBlock { get; init; } = new([]);

    /// <summary>The modifiers of the emitted part: <c>partial</c>, or <c>public sealed partial</c> for a member of a family.</summary>
    public string Modifiers { get; init; } = "partial";

    /// <summary>What a member of a family varies: <c>TopK = 4</c>; empty for the declared layer itself.</summary>
    public string Variation { get; init; } = string.Empty;

    /// <summary>
    /// The ids by which the compiler warns of the types that the declaration names: those of <c>[Experimental]</c> and of <c>[Obsolete]</c>
    /// with an id of its own. The user has seen them where the names were written.
    /// </summary>
    public EquatableArray<string> Warnings { get; init; } = new([]);

    /// <summary>What constants are called instead, as <c>K=PicksPerToken</c>, where these names mean something else
    /// around the class.</summary>
    public EquatableArray<string> Renamed { get; init; } = new([]);

    /// <summary>The fully qualified name without <c>global::</c>; the hint names are this with <c>.g.cs</c> and
    /// <c>.Declaration.g.cs</c>.</summary>
    public string FullName => QualifiedName.Join(Namespace, Outer, Name);

    /// <summary>E: the number of routable slots.</summary>
    public int Slots => Experts.Sum(group => group.Count);
}
