namespace LibMoE.Generators.Models;

/// <summary>A layer that the assembly's list of variants names.</summary>
/// <param name="TypeName">The layer as C# source: <c>global::Demo.Smoe</c>.</param>
/// <param name="IsPublic">Whether other assemblies can see it.</param>
internal sealed record RegistrationModel(string TypeName, bool IsPublic);
