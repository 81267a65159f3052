using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Models;

/// <summary>The result of one declaration: the declared layer and its family, or stand-ins, and what is wrong.</summary>
/// <param name="Location">The class name; gives the order of registration.</param>
/// <param name="Layers">The layers that passed every check.</param>
/// <param name="Skeletons">Stand-ins for those that did not.</param>
/// <param name="Registrations">The layers among <paramref name="Layers"/> that code of the assembly can name.</param>
/// <param name="Diagnostics">What is wrong.</param>
internal sealed record DeclarationResult(
    LocationInfo Location,
    EquatableArray<LayerModel> Layers,
    EquatableArray<SkeletonModel> Skeletons,
    EquatableArray<RegistrationModel> Registrations,
    EquatableArray<DiagnosticInfo> Diagnostics);
