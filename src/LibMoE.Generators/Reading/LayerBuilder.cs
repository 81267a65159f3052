using LibMoE.Generators.Models;

namespace LibMoE.Generators.Reading;

/// <summary>Turns declarations into what the emitters take.</summary>
internal static class LayerBuilder
{
    /// <summary>The layer of a declaration that passed every check.</summary>
    public static LayerModel Layer(Declaration declaration)
    {
        var experts = declaration.Of(PartRole.Experts).Select(Group).OrderBy(group => group.Role == ExpertRole.ZeroCompute);
        return new LayerModel(
            ClassHeader.Namespace(declaration.Class),
            Symbols.Escape(declaration.Name),
            ClassHeader.Outer(declaration.Class),
            ClassHeader.IsPublic(declaration.Class),
            new(experts),
            declaration.Of(PartRole.SharedExperts).Select(Group).FirstOrDefault(),
            Part(declaration.Gate!, CustomParts.Gate),
            new(declaration.Of(PartRole.Balance).Select(part => Part(part, CustomParts.Balance))),
            declaration.Of(PartRole.Capacity).FirstOrDefault()?.Model,
            declaration.Of(PartRole.ExpertDropout).FirstOrDefault()?.Model)
        {
            Latent = declaration.Of(PartRole.LatentExperts).FirstOrDefault()?.Model,
            Blocks = declaration.Blocks?.Spans ?? new([]),
            ByBlock = new(declaration.ByBlock.Select(inner => TypeName(inner))),
            Modifiers = Modifiers(declaration),
            Variation = declaration.Variation,
            Warnings = new(declaration.Parts.SelectMany(WarningIds.OfPart)
                .Concat(declaration.ByBlock.SelectMany(inner => WarningIds.OfType(inner.Class)))
                .Distinct()
                .OrderBy(id => id, StringComparer.Ordinal)),
            Renamed = new(declaration.Renamed),
        };
    }

    /// <summary>The stand-in for a wrong declaration.</summary>
    /// <param name="declaration">The declaration.</param>
    /// <param name="errors">The ids of what is wrong with it.</param>
    public static SkeletonModel Skeleton(Declaration declaration, string errors) => new(
        ClassHeader.Namespace(declaration.Class),
        Symbols.Escape(declaration.Name),
        ClassHeader.TypeParameters(declaration.Class),
        ClassHeader.Outer(declaration.Class),
        Modifiers(declaration),
        errors);

    /// <summary>The declaration's line in the list of the assembly's layers; null where other code cannot name the class.</summary>
    public static RegistrationModel? Registration(Declaration declaration)
    {
        if (!ClassHeader.IsAccessible(declaration.Class))
        {
            return null;
        }

        return new RegistrationModel(TypeName(declaration), ClassHeader.IsPublic(declaration.Class))
        {
            Warnings = new(WarningIds.OfType(declaration.Class).Distinct()),
        };
    }

    private static string TypeName(Declaration declaration)
    {
        var names = new[] { ClassHeader.Namespace(declaration.Class) }
            .Concat(declaration.Class.Outer().Select(outer => Symbols.Escape(outer.Name)))
            .Concat([Symbols.Escape(declaration.Name)]);
        return "global::" + string.Join(".", names.Where(name => name.Length > 0));
    }

    private static string Modifiers(Declaration declaration) =>
        declaration.IsFamilyMember ? ClassHeader.Modifiers(declaration.Class) : "partial";

    private static ExpertGroupModel Group(PartDeclaration part)
    {
        var kind = part.Kind!;
        return new ExpertGroupModel(part.Model, kind.Name, kind.Source(), part.ExpertRole) { Description = kind.Description() };
    }

    private static CustomPartModel Part(PartDeclaration part, CustomPart custom) =>
        new(part.Model, custom.Implementation(part.Attribute)?.Source()) { Description = part.Attribute.Description() };
}
