using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Models;

/// <summary>What the emitted list of layers needs to know of the assembly.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HasRuntime">Whether it references LibMoE.Runtime.</param>
/// <param name="HasServices">Whether it references the host's dependency injection.</param>
internal sealed record AssemblyModel(string Name, bool HasRuntime, bool HasServices)
{
    /// <summary>The assembly that is being compiled.</summary>
    public static AssemblyModel Of(Compilation compilation) => new(
        compilation.AssemblyName ?? string.Empty,
        compilation.GetTypeByMetadataName("LibMoE.Runtime.MoeVariant") is not null,
        compilation.GetTypeByMetadataName("Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions") is not null);
}
