using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Known;
using LibMoE.Generators.Models;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators.Checks;

/// <summary>Whether the class can be completed at all.</summary>
internal static class ClassChecks
{
    private const string Layer = "LibMoE.Runtime.MoeLayer";

    /// <summary>The rules in the order in which they are tried; each says whether a stand-in can be emitted in spite of it.</summary>
    private static readonly (Func<Declaration, Compilation, DiagnosticBag, bool> IsBroken, bool IsCompletable)[] Rules =
    [
        (static (declaration, compilation, bag) => LacksRuntime(declaration, compilation, bag), false),
        (static (declaration, compilation, bag) => IsOlderThan(LanguageVersion.CSharp11, declaration, compilation, bag), false),
        (static (declaration, _, bag) => IsUnusual(declaration, bag), false),
        (static (declaration, _, bag) => IsNotPartial(declaration, bag), false),
        (static (declaration, _, bag) => HasOwnBase(declaration, bag), false),
        (static (declaration, _, bag) => HasOwnMember(declaration, bag), false),
        (static (declaration, _, bag) => NameChecks.IsHidden(declaration, bag), false),

        // A stand-in has the same base class, which would hide the name as well.
        (static (declaration, compilation, bag) => NameChecks.IsHiddenByMember(declaration, compilation, bag), false),
        (static (declaration, compilation, bag) => IsOlderThan(AssemblyModel.Language, declaration, compilation, bag), true),
        (static (declaration, _, bag) => IsAbstract(declaration, bag), true),
        (static (declaration, _, bag) => IsGeneric(declaration, bag), true),
    ];

    /// <summary>Reports the first thing that is wrong; true where a part of the class can be emitted nevertheless.</summary>
    public static bool Check(Declaration declaration, Compilation compilation, DiagnosticBag bag)
    {
        foreach (var (isBroken, isCompletable) in Rules)
        {
            if (isBroken(declaration, compilation, bag))
            {
                return isCompletable;
            }
        }

        return true;
    }

    private static bool LacksRuntime(Declaration declaration, Compilation compilation, DiagnosticBag bag)
    {
        if (compilation.GetTypeByMetadataName(Layer) is not null)
        {
            return false;
        }

        bag.Report(Descriptors.NoRuntime, declaration.Location, declaration.Name);
        return true;
    }

    /// <summary>A stand-in takes C# 11, for the static members of its interface; a layer takes more.</summary>
    private static bool IsOlderThan(LanguageVersion needed, Declaration declaration, Compilation compilation, DiagnosticBag bag)
    {
        var version = ((CSharpCompilation)compilation).LanguageVersion;
        if (version >= needed)
        {
            return false;
        }

        bag.Report(
            Descriptors.OldLanguage, declaration.Location, declaration.Name, version.ToDisplayString(),
            AssemblyModel.Language.ToDisplayString());
        return true;
    }

    private static bool IsUnusual(Declaration declaration, DiagnosticBag bag)
    {
        var type = declaration.Class;
        var kind = type switch
        {
            { IsRecord: true } => "a record",
            { TypeKind: TypeKind.Struct } => "a struct",
            { TypeKind: TypeKind.Interface } => "an interface",
            { IsStatic: true } => "static",
            _ when type.Outer().Concat([type]).Any(outer => outer.IsFileLocal) => "local to its file",
            _ => null,
        };
        return Report(kind, declaration, bag);
    }

    private static bool IsAbstract(Declaration declaration, DiagnosticBag bag) =>
        Report(declaration.Class.IsAbstract ? "abstract" : null, declaration, bag);

    private static bool Report(string? kind, Declaration declaration, DiagnosticBag bag)
    {
        if (kind is not null)
        {
            bag.Report(Descriptors.NotAnOrdinaryClass, declaration.Location, declaration.Name, kind);
        }

        return kind is not null;
    }

    private static bool IsNotPartial(Declaration declaration, DiagnosticBag bag)
    {
        foreach (var type in new[] { declaration.Class }.Concat(declaration.Class.Outer()))
        {
            var parts = type.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()).OfType<TypeDeclarationSyntax>();
            if (parts.FirstOrDefault(part => !part.Modifiers.Any(SyntaxKind.PartialKeyword)) is { } part)
            {
                bag.Report(Descriptors.NotPartial, LocationInfo.Of(part.Identifier), type.Name, declaration.Name, part.Keyword.ValueText);
                return true;
            }
        }

        return false;
    }

    private static bool HasOwnBase(Declaration declaration, DiagnosticBag bag)
    {
        var ancestor = declaration.Class.BaseType!;
        if (ancestor.SpecialType == SpecialType.System_Object || ancestor.FullMetadataName() == Layer)
        {
            return false;
        }

        if (ancestor is not IErrorTypeSymbol)
        {
            bag.Report(Descriptors.OwnBase, declaration.Location, declaration.Name, ancestor.Name);
        }

        return true;
    }

    private static bool HasOwnMember(Declaration declaration, DiagnosticBag bag)
    {
        var own = declaration.Class.GetMembers().FirstOrDefault(member => !member.IsImplicitlyDeclared
            && (member is IMethodSymbol { MethodKind: MethodKind.Constructor } || ReservedMembers.Names.Contains(member.Name)));
        if (own is not null)
        {
            var what = own is IMethodSymbol { MethodKind: MethodKind.Constructor } ? "a constructor" : $"'{own.Name}'";
            bag.Report(Descriptors.OwnMember, LocationInfo.Of(own.Locations[0]), declaration.Name, what);
        }

        return own is not null;
    }

    private static bool IsGeneric(Declaration declaration, DiagnosticBag bag)
    {
        var generic = declaration.Class.Outer().Concat([declaration.Class]).FirstOrDefault(type => type.Arity > 0);
        if (generic is not null)
        {
            bag.Report(Descriptors.Generic, declaration.Location, generic.Name, declaration.Name);
        }

        return generic is not null;
    }
}
