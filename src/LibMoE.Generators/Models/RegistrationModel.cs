using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Models;

/// <summary>A layer that the assembly's list of variants names.</summary>
/// <param name="TypeName">The layer as C# source: <c>global::Demo.Smoe</c>.</param>
/// <param name="IsPublic">Whether other assemblies can see it.</param>
internal sealed record RegistrationModel(string TypeName, bool IsPublic)
{
    /// <summary>The ids by which the compiler warns of the layer, or of a type around it, wherever it is named.</summary>
    public EquatableArray<string> Warnings { get; init; } = new([]);
}
