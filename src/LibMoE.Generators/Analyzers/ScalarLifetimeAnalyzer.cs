using System.Collections.Immutable;
using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Known;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace LibMoE.Generators.Analyzers;

/// <summary>
/// Finds numbers that TorchSharp hands to libtorch in a <c>Scalar</c> nothing keeps: the garbage collector may free it while it is read.
/// What does keep one is a static readonly field or a using declaration. Generated code is looked at too.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ScalarLifetimeAnalyzer : DiagnosticAnalyzer
{
    private const string Scalar = "TorchSharp.Scalar";

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.ScalarLifetime];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName(Scalar) is { } scalar)
            {
                start.RegisterOperationAction(
                    operation => Analyze(operation, scalar),
                    OperationKind.Conversion,
                    OperationKind.Invocation,
                    OperationKind.Binary,
                    OperationKind.CompoundAssignment,
                    OperationKind.MethodReference);
            }
        });
    }

    private static void Analyze(OperationAnalysisContext context, INamedTypeSymbol scalar)
    {
        var method = Method(context.Operation);
        if (method is null)
        {
            return;
        }

        var makes = SymbolEqualityComparer.Default.Equals(method.ReturnType, scalar)
            && (method.MethodKind == MethodKind.Conversion || method.Name == "ToScalar");
        if (makes ? !IsKept(context.Operation) : ScalarsInside.Contains(method))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.ScalarLifetime, context.Operation.Syntax.GetLocation(), context.Operation.Syntax.ToString()));
        }
    }

    /// <summary>The method that an operation ends in; null where it calls none.</summary>
    private static IMethodSymbol? Method(IOperation operation) => operation switch
    {
        IConversionOperation conversion => conversion.OperatorMethod,
        IInvocationOperation invocation => invocation.TargetMethod.ReducedFrom ?? invocation.TargetMethod,
        IBinaryOperation binary => binary.OperatorMethod,
        ICompoundAssignmentOperation assignment => assignment.OperatorMethod,
        IMethodReferenceOperation reference => reference.Method,
        _ => null,
    };

    /// <summary>Whether the value of the operation is what a static readonly field or a using declaration starts with.</summary>
    private static bool IsKept(IOperation operation)
    {
        var holder = operation.Parent;
        while (holder is IConversionOperation or IParenthesizedOperation)
        {
            holder = holder.Parent;
        }

        return holder switch
        {
            IFieldInitializerOperation initializer => initializer.InitializedFields.All(
                field => field is { IsStatic: true, IsReadOnly: true }),
            IVariableInitializerOperation variable =>
                variable.Syntax.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is { } declaration
                ? !declaration.UsingKeyword.IsKind(Microsoft.CodeAnalysis.CSharp.SyntaxKind.None)
                : variable.Syntax.FirstAncestorOrSelf<UsingStatementSyntax>() is not null,
            IUsingOperation => true,
            _ => false,
        };
    }
}
