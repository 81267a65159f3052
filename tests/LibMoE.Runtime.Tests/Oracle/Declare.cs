namespace LibMoE.Runtime.Tests.Oracle;

/// <summary>Declarations made by hand, as far as the oracle reads them.</summary>
internal static class Declare
{
    public static MoeDeclaration Layer(
        GateAttribute gate, IReadOnlyList<ExpertGroupAttribute> experts, params BalanceAttribute[] balance) => Layer(gate, experts, shared: null, capacity: null, balance);

    public static MoeDeclaration Layer(
        GateAttribute gate, IReadOnlyList<ExpertGroupAttribute> experts, ExpertGroupAttribute? shared, CapacityAttribute? capacity = null,
        params BalanceAttribute[] balance) => new()
        {
            Name = "Declared",
            Gate = gate,
            Experts = experts,
            Shared = shared,
            Capacity = capacity,
            Balance = balance,
            Formulas = [],
            StructureText = "",
            CoefficientsText = "",
            Parameters = _ => [],
        };

    public static ExpertsAttribute<TExpert> Experts<TExpert>(int count)
        where TExpert : IExpert => new(count);
}
