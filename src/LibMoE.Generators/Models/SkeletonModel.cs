using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Models;

/// <summary>What stands in for a layer whose declaration is wrong, so that the code that uses it still compiles.</summary>
/// <param name="Namespace">The namespace; empty for the global one.</param>
/// <param name="Name">The class name.</param>
/// <param name="TypeParameters">The class's type parameters with brackets, <c>&lt;T&gt;</c>; usually empty.</param>
/// <param name="Outer">The headers of the types around the class, outermost first.</param>
/// <param name="Modifiers">The modifiers of the emitted part of the class.</param>
/// <param name="Errors">The ids of the diagnostics that made it necessary.</param>
internal sealed record SkeletonModel(
    string Namespace,
    string Name,
    string TypeParameters,
    EquatableArray<string> Outer,
    string Modifiers,
    string Errors)
{
    /// <summary>The fully qualified name without <c>global::</c> and type parameters.</summary>
    public string FullName => QualifiedName.Join(Namespace, Outer, Name);
}
