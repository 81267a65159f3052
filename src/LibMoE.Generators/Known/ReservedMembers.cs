namespace LibMoE.Generators.Known;

/// <summary>The members of a layer that the generator writes or overrides.</summary>
internal static class ReservedMembers
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["Create", "Declaration", "forward", "AfterOptimizerStep", "Declared", "E", "K"];
}
