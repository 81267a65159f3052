namespace LibMoE.Generators.Known;

/// <summary>
/// The names that generated files use in short. A type, namespace or member of the user's own with such a name, in the class or in anything
/// around it, would be meant instead.
/// </summary>
internal static class EmittedNames
{
    /// <summary>The names; attributes with and without their suffix where the file leaves it out.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        // The framework and TorchSharp.
        "Dictionary", "IReadOnlyList", "Math", "GeneratedCode", "GeneratedCodeAttribute", "ComponentName", "ComponentNameAttribute",
        "Parameter", "Tensor", "nn", "NewDisposeScope",

        // Layers.
        "BalanceInputs", "IMoeLayer", "MoeContext", "MoeDeclaration", "MoeLayer", "MoeOutput", "MoeShape", "ParameterSpec", "Routing",
        "RoutingKind", "TokenView",

        // What the forward pass calls.
        "Activation", "BalanceTerms", "CapacityLimit", "CombineWeights", "ExpertChoice", "ExpertModules", "GroupValue", "HashPicks",
        "InputWeights", "LatentExperts", "LossFree", "Picking", "ReluSparsity", "Rerouting", "RoutedExperts", "RouterLogits",
        "RouterModules", "RouterNoise", "RouterSum", "RoutingPlan", "SharedExperts", "Sinkhorn", "SoftSlots", "SparseMixer", "SqrtSoftplus",
        "SwiGluOptions", "TernarySlots", "Thresholds", "ZeroCompute",

        // The declaration.
        .. KnownExperts.All.Select(kind => kind.Name),
        .. KnownGates.All.Select(gate => gate.Name + "Attribute"),
        .. KnownBalance.All.Select(term => term.Name + "Attribute"),
        "ExpertsAttribute", "SharedExpertsAttribute", "LatentExpertsAttribute", "CapacityAttribute", "ExpertDropoutAttribute",
        "BalancePicks", "BiasUpdate", "CapacityBy", "Over", "Overflow",
    ];

    /// <summary>The assemblies whose types the names are meant to be, besides those of the framework.</summary>
    public static IReadOnlyList<string> Owners { get; } = ["LibMoE.Dsl", "LibMoE.Layers", "LibMoE.Runtime", "TorchSharp"];
}
