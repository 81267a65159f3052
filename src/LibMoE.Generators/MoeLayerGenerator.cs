using LibMoE.Generators.Emission;
using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators;

/// <summary>Completes every partial class that is marked as a mixture-of-experts layer.</summary>
[Generator(LanguageNames.CSharp)]
public sealed partial class MoeLayerGenerator : IIncrementalGenerator
{
    /// <inheritdoc />
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // Each declaration on its own: read and checked, without symbols from here on.
        var declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(DeclarationReader.LayerAttribute, static (node, _) => node is TypeDeclarationSyntax, Read)
            .Where(static declaration => declaration is not null)
            .Select(static (declaration, _) => declaration!)
            .WithTrackingName(TrackingNames.Declarations);

        // What is wrong moves with every edit above it; apart from the layers, it makes nothing be emitted again.
        var diagnostics = declarations
            .SelectMany(static (declaration, _) => declaration.Diagnostics)
            .WithTrackingName(TrackingNames.Diagnostics);
        context.RegisterSourceOutput(diagnostics, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));

        // Two files for each layer, one for what stands in for it.
        var hintNames = declarations.Collect()
            .Select(static (all, _) => HintNames.Clashes(all))
            .WithTrackingName(TrackingNames.HintNames);
        var layers = declarations
            .SelectMany(static (declaration, _) => declaration.Layers)
            .WithTrackingName(TrackingNames.Layers);
        context.RegisterSourceOutput(layers.Combine(hintNames), WriteLayer);
        var skeletons = declarations
            .SelectMany(static (declaration, _) => declaration.Skeletons)
            .WithTrackingName(TrackingNames.Skeletons);
        context.RegisterSourceOutput(skeletons.Combine(hintNames), WriteSkeleton);

        // One file for the assembly.
        var registration = declarations.Collect()
            .Combine(context.CompilationProvider.Select(static (compilation, _) => AssemblyModel.Of(compilation)))
            .Select(static (all, _) => RegistrationList.Of(all.Right, all.Left))
            .WithTrackingName(TrackingNames.Registration);
        context.RegisterSourceOutput(registration, WriteRegistration);
    }

    private static void WriteLayer(SourceProductionContext output, (LayerModel Layer, EquatableArray<HintName> HintNames) item)
    {
        using var culture = InvariantCulture.Enter();
        var (layer, identity) = (item.Layer, HintNames.Identity(item.Layer));
        output.AddSource(HintNames.Of(identity, layer.FullName, item.HintNames), LayerEmitter.Emit(layer));
        var second = HintNames.Of(HintNames.SecondFile(identity), HintNames.SecondFile(layer.FullName), item.HintNames);
        output.AddSource(second, DeclarationEmitter.Emit(layer));
    }

    private static void WriteSkeleton(SourceProductionContext output, (SkeletonModel Skeleton, EquatableArray<HintName> HintNames) item)
    {
        using var culture = InvariantCulture.Enter();
        var name = HintNames.Of(HintNames.Identity(item.Skeleton), item.Skeleton.FullName, item.HintNames);
        output.AddSource(name, SkeletonEmitter.Emit(item.Skeleton));
    }

    private static void WriteRegistration(SourceProductionContext output, RegistrationList? registration)
    {
        if (registration is not null)
        {
            using var culture = InvariantCulture.Enter();
            output.AddSource("LibMoE-Variants.g.cs", RegistrationEmitter.Emit(registration));
            if (registration.Assembly is { HasServices: true, IsOld: false, Friend: not null })
            {
                output.AddSource("LibMoE-OwnVariants.g.cs", RegistrationEmitter.EmitOwn(registration.Assembly));
            }
        }
    }
}
