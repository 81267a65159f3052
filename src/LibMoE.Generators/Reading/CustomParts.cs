using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Reading;

/// <summary>How an attribute of the user's own names the class that does its work.</summary>
/// <param name="Base">The metadata name of the generic attribute that it derives from.</param>
/// <param name="Interface">The metadata name of the runtime's interface that the class implements.</param>
internal sealed record CustomPart(string Base, string Interface)
{
    /// <summary>The class that does the work; null where the attribute does not derive from <see cref="Base"/>.</summary>
    public ITypeSymbol? Implementation(INamedTypeSymbol attribute) =>
        attribute.SelfAndBases().FirstOrDefault(type => type.FullMetadataName() == Base)?.TypeArguments[0];
}

/// <summary>The parts that users can write themselves.</summary>
internal static class CustomParts
{
    /// <summary>A gate of the user's own.</summary>
    public static CustomPart Gate { get; } = new("LibMoE.GateAttribute`1", "LibMoE.Runtime.IRouter`2");

    /// <summary>A balancing term of the user's own.</summary>
    public static CustomPart Balance { get; } = new("LibMoE.BalanceAttribute`1", "LibMoE.Runtime.IBalanceTerm`1");

    /// <summary>The interface of an expert kind of the user's own.</summary>
    public const string ExpertInterface = "LibMoE.Runtime.IExpertKind`1";
}
