using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators.Emission;

/// <summary>Gives the constants of an emitted class other names, where these mean something else around the user's class.</summary>
internal static class ConstantRenamer
{
    /// <summary>The text with the names that the layer wants.</summary>
    public static string Apply(LayerModel layer, string text)
    {
        if (layer.Renamed.Count == 0)
        {
            return text;
        }

        var names = layer.Renamed.Select(entry => entry.Split('='))
            .Where(entry => entry[0] != layer.Name).ToDictionary(entry => entry[0], entry => entry[1]);
        var root = CSharpSyntaxTree.ParseText(text).GetRoot();
        var tokens = root.DescendantTokens().Where(token => names.ContainsKey(token.ValueText) && IsTheConstant(token));
        return root.ReplaceTokens(tokens, (token, _) =>
            SyntaxFactory.Identifier(token.LeadingTrivia, names[token.ValueText], token.TrailingTrivia)).ToFullString();
    }

    /// <summary>The constant's declaration, or its name where nothing stands before it: not <c>global::Demo.K</c>.</summary>
    private static bool IsTheConstant(SyntaxToken token) => token.Parent switch
    {
        VariableDeclaratorSyntax => true,
        IdentifierNameSyntax { Parent: MemberAccessExpressionSyntax access } name => access.Expression == name,
        IdentifierNameSyntax { Parent: QualifiedNameSyntax or AliasQualifiedNameSyntax or NameColonSyntax or NameEqualsSyntax } => false,
        IdentifierNameSyntax => true,
        _ => false,
    };
}
