namespace LibMoE.Generators.Known;

/// <summary>The members of a layer that the generator writes or overrides.</summary>
internal static class ReservedMembers
{
    /// <summary>Their names, besides the fields, which depend on the declaration.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "Create", "Declaration", "forward", "AfterOptimizerStep", "Declared", "Formulas", "ParameterTable", "E", "K",

        // What the generated part calls of its base class.
        "Shape", "training", "AddParameter", "AddBuffer", "AddModule", "StepMemory", "BatchRanks", "Placement",
    ];
}
