using System.Collections.Immutable;
using LibMoE.Generators.Checks;
using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Families;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Analyzers;

/// <summary>Gives one kind of advice on layers that passed every check, the members of families included.</summary>
public abstract class AdviceAnalyzer : DiagnosticAnalyzer
{
    private readonly DiagnosticDescriptor _advice;

    private protected AdviceAnalyzer(DiagnosticDescriptor advice) => (_advice, SupportedDiagnostics) = (advice, [advice]);

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    /// <summary>Reports the advice where the declaration gives reason to.</summary>
    private protected abstract void Advise(Declaration declaration, DiagnosticBag bag);

    private void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (!DeclarationReader.IsLayer(type))
        {
            return;
        }

        var declared = DeclarationReader.Read(type, context.CancellationToken);
        var bag = new DiagnosticBag();
        foreach (var declaration in FamilyExpander.Members(declared, new DiagnosticBag()).Prepend(declared))
        {
            if (DeclarationChecks.Check(declaration, new DiagnosticBag()))
            {
                Advise(declaration, bag);
            }
        }

        var trees = type.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree);
        foreach (var found in bag.Found.Where(found => found.Descriptor.Equals(_advice)))
        {
            context.ReportDiagnostic(found.ToDiagnostic(trees));
        }
    }
}
