using LibMoE.Generators.Emission;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Generators.Models;

/// <summary>What the emitted list of layers needs to know of the assembly.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HasRuntime">Whether it references LibMoE.Runtime.</param>
/// <param name="HasServices">Whether it references the host's dependency injection.</param>
internal sealed record AssemblyModel(string Name, bool HasRuntime, bool HasServices)
{
    /// <summary>The oldest version of C# that emitted code is written in: collection expressions.</summary>
    public const LanguageVersion Language = LanguageVersion.CSharp12;

    /// <summary>Whether the assembly is compiled as an older C#.</summary>
    public bool IsOld { get; init; }

    /// <summary>The name of the emitted list. Where a type of a referenced assembly has the usual one, as LibMoE.Runtime's
    /// <c>VisionLanguageVariants</c> has in a program called VisionLanguage, it is longer by a word.</summary>
    public string List { get; init; } = RegistrationEmitter.Prefix(Name) + "Variants";

    /// <summary>An assembly with layers that lets this one see its internals, its <c>AddMoeVariants</c> among them; null
    /// without.</summary>
    public string? Friend { get; init; }

    /// <summary>The assembly that is being compiled.</summary>
    public static AssemblyModel Of(Compilation compilation) => new(
        compilation.AssemblyName ?? string.Empty,
        compilation.GetTypeByMetadataName("LibMoE.Runtime.MoeVariant") is not null,
        compilation.GetTypeByMetadataName("Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions") is not null)
    {
        List = ListName(compilation),
        IsOld = compilation is CSharpCompilation { LanguageVersion: < Language },
        Friend = compilation.SourceModule.ReferencedAssemblySymbols.FirstOrDefault(other => IsFriend(other, compilation))?.Name,
    };

    private static string ListName(Compilation compilation)
    {
        var prefix = RegistrationEmitter.Prefix(compilation.AssemblyName ?? string.Empty);
        var isTaken = compilation.SourceModule.ReferencedAssemblySymbols
            .Any(other => other.GetTypeByMetadataName($"LibMoE.Runtime.{prefix}Variants") is not null);
        return prefix + (isTaken ? "DeclaredVariants" : "Variants");
    }

    private static bool IsFriend(IAssemblySymbol other, Compilation compilation) =>
        other.GetTypeByMetadataName($"LibMoE.Runtime.{RegistrationEmitter.Prefix(other.Name)}VariantServices") is { } services
        && compilation.IsSymbolAccessibleWithin(services, compilation.Assembly);
}
