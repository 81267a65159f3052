using LibMoE.Generators.Checks;
using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Emission;
using LibMoE.Generators.Families;
using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators;

/// <content>From a class to a result without symbols.</content>
public sealed partial class MoeLayerGenerator
{
    private static DeclarationResult? Read(GeneratorAttributeSyntaxContext context, CancellationToken token)
    {
        using var culture = InvariantCulture.Enter();
        var type = (INamedTypeSymbol)context.TargetSymbol;

        // A class that is marked in two of its parts is an error of C#'s own; it is read once.
        var first = type.GetAttributes().First(data => data.AttributeClass?.FullMetadataName() == DeclarationReader.LayerAttribute);
        return first.ApplicationSyntaxReference?.GetSyntax(token).Parent?.Parent == context.TargetNode
            ? Check(
                DeclarationReader.Read(type, token) with
                {
                    ByBlock =
                    [
                        .. DeclarationReader.ByBlock(type, token).Where(inner =>
                            ClassChecks.Check(inner, context.SemanticModel.Compilation, new DiagnosticBag())),
                    ],
                    Renamed = ConstantNames.Renamed(type, context.SemanticModel, context.TargetNode.SpanStart),
                },
                context.SemanticModel.Compilation,
                token)
            : null;
    }

    private static DeclarationResult Check(Declaration declared, Compilation compilation, CancellationToken token)
    {
        var bag = new DiagnosticBag();
        var isCompletable = ClassChecks.Check(declared, compilation, bag);
        var isRight = DeclarationChecks.Check(declared, bag) && isCompletable && bag.Count == 0;
        if (isRight && NameChecks.HasTakenMember(declared, new EmissionPlan(LayerBuilder.Layer(declared)).MemberNames, bag))
        {
            isRight = isCompletable = false;
        }

        var right = new List<Declaration>();
        var wrong = new List<Declaration>();
        (isRight ? right : wrong).Add(declared);
        foreach (var member in FamilyExpander.Expand(declared, bag, token))
        {
            (isRight && DeclarationChecks.Check(member, bag) ? right : wrong).Add(member);
        }

        var errors = string.Join(", ", bag.Found.Select(found => found.Descriptor.Id).Distinct());
        return new DeclarationResult(
            declared.Location,
            new(right.Select(LayerBuilder.Layer)),
            new(isCompletable ? wrong.Select(member => LayerBuilder.Skeleton(member, errors)) : []),
            new((declared.IsForBlocksOfAnother ? [] : right).Select(LayerBuilder.Registration).OfType<RegistrationModel>()),
            new(bag.Found));
    }
}
