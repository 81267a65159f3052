using System.Collections.Immutable;
using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Models;

/// <summary>All layers of an assembly.</summary>
/// <param name="Assembly">The assembly.</param>
/// <param name="Layers">Its layers in the order of their declaration: by file, then by position.</param>
internal sealed record RegistrationList(AssemblyModel Assembly, EquatableArray<RegistrationModel> Layers)
{
    /// <summary>The list of an assembly that declares layers, right or wrong; null for others.</summary>
    public static RegistrationList? Of(AssemblyModel assembly, ImmutableArray<DeclarationResult> declarations) =>
        declarations.IsEmpty || !assembly.HasRuntime
            ? null
            : new RegistrationList(assembly, new(declarations.OrderBy(item => item.Location).SelectMany(item => item.Registrations)));
}
