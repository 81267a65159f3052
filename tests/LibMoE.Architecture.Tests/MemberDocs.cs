using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Architecture.Tests;

/// <summary>The XML documentation of one public member.</summary>
/// <param name="Symbol">A method, property, constructor or delegate that other assemblies see.</param>
internal sealed record MemberDocs(ISymbol Symbol)
{
    private readonly XElement _docs = Read(Symbol);

    /// <summary>Whether another member has the words.</summary>
    public bool IsInherited => Symbol.IsOverride || _docs.Descendants("inheritdoc").Any();

    /// <summary>What the docs lack: the shape of a tensor that is taken or given.</summary>
    public IEnumerable<string> TensorsWithoutShape()
    {
        foreach (var parameter in Parameters.Where(parameter => IsTensor(parameter.Type)))
        {
            if (!HasShape(_docs.Elements("param").FirstOrDefault(param => param.Attribute("name")?.Value == parameter.Name)))
            {
                yield return $"{Name}: the parameter {parameter.Name}";
            }
        }

        if (Symbol is IPropertySymbol property && IsTensor(property.Type) && !HasShape(_docs.Element("summary")))
        {
            yield return $"{Name}: the property";
        }

        if (Result is { } result && IsTensor(result) && !HasShape(_docs.Element("returns")))
        {
            yield return $"{Name}: the return value";
        }
    }

    /// <summary>What the docs lack: exceptions of a type that the member throws, or private methods of its type that it calls.</summary>
    /// <param name="compilation">The compilation that the member stands in.</param>
    public IEnumerable<string> ExceptionsWithoutDocs(Compilation compilation)
    {
        var named = _docs.Elements("exception").Select(exception => exception.Attribute("cref")?.Value).ToHashSet();
        return ThrownExceptions.Of(Symbol, compilation)
            .Where(thrown => !thrown.SelfAndBases().Any(type => named.Contains(type.GetDocumentationCommentId())))
            .Select(thrown => $"{Name}: {thrown.Name}");
    }

    private string Name => Symbol.ToDisplayString();

    private IEnumerable<IParameterSymbol> Parameters => Symbol switch
    {
        IMethodSymbol method => method.Parameters,
        IPropertySymbol property => property.Parameters,
        INamedTypeSymbol { DelegateInvokeMethod: { } invoke } => invoke.Parameters,
        _ => [],
    };

    private ITypeSymbol? Result => Symbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.Ordinary } method => method.ReturnType,
        INamedTypeSymbol { DelegateInvokeMethod: { } invoke } => invoke.ReturnType,
        _ => null,
    };

    // A primary constructor and the properties that it makes are documented at the type.
    private static XElement Read(ISymbol symbol)
    {
        var place = symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        var documented = place is TypeDeclarationSyntax && symbol is IMethodSymbol ? symbol.ContainingType : symbol;
        var text = documented.GetDocumentationCommentXml();
        return string.IsNullOrEmpty(text) ? new XElement("member") : XElement.Parse(text);
    }

    private static bool HasShape(XElement? element) => element is not null && element.Value.Contains('[', StringComparison.Ordinal);

    private static bool IsTensor(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsTensor(array.ElementType),
        INamedTypeSymbol { TypeKind: TypeKind.Delegate } => false,
        INamedTypeSymbol { Name: "Tensor" } tensor => tensor.ContainingNamespace.Name == "TorchSharp",
        INamedTypeSymbol named => named.TypeArguments.Any(IsTensor),
        _ => false,
    };
}
