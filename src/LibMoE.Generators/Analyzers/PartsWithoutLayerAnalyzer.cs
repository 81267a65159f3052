using System.Collections.Immutable;
using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Analyzers;

/// <summary>Finds classes that have the parts of a layer and are none, because <c>[MoeLayer]</c> is missing: nothing is generated for
/// them, and no study has them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PartsWithoutLayerAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.PartsWithoutLayer];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var part = type.GetAttributes().FirstOrDefault(data =>
            data.AttributeClass is not (null or IErrorTypeSymbol) && PartReader.TryRead(data, context.CancellationToken) is not null);
        if (part is not null && !DeclarationReader.IsLayer(type))
        {
            var name = part.AttributeClass!.Name;
            const string Suffix = "Attribute";
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.PartsWithoutLayer,
                type.Locations[0],
                type.Name,
                name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name));
        }
    }
}
