using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>What a declaration is made of.</content>
internal static partial class Descriptors
{
    /// <summary>No gate.</summary>
    public static DiagnosticDescriptor NoGate { get; } = Error(
        "MOE010", "A layer needs a gate", "'{0}' declares no gate; add exactly one, such as [SoftmaxGate(TopK = 2)]");

    /// <summary>No routed experts.</summary>
    public static DiagnosticDescriptor NoExperts { get; } = Error(
        "MOE012", "A layer needs routed experts", "'{0}' declares no routed experts; add at least one group, such as [Experts<SwiGlu>(8)]");
}
