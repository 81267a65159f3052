namespace LibMoE.Architecture.Tests;

/// <summary>The rooms of the product, from the ground up. The compiler holds the arrows between projects;
/// these tests hold those between rooms.</summary>
internal static class Ladder
{
    /// <summary>The rooms; a file uses its own room and those above it in this list.</summary>
    public static IReadOnlyList<Room> Rooms { get; } =
    [
        .. In("LibMoE.Layers", "Kernels", "Distributed", "Layers"),
        .. In("LibMoE.Testing", "Oracle", "Kit"),
        .. In("LibMoE.Runtime",
            "Common", "Files", "Rows", "Data", "Models", "Statistics", "Runs", "Checkpoints", "Training",
            "Evaluation", "Analysis", "Studies", "Reporting", "Hosting"),
    ];

    /// <summary>The folders inside Kernels.</summary>
    public static IReadOnlyList<Room> Kernels { get; } =
    [
        .. In("LibMoE.Layers/Kernels", "Native", "Lanes", "Matmul", "Gating", "Dispatching", "Portable", "Cpu", "Cuda", "Experts",
            "Backbone", "Optimizer"),
    ];

    /// <summary>The folders inside Evaluation.</summary>
    public static IReadOnlyList<Room> Evaluation { get; } =
    [
        .. In("LibMoE.Runtime/Evaluation", "Tasks", "Reading", "Downloads", "Scoring", "Metrics", "Running", "Results", "Comparing"),
    ];

    private static IEnumerable<Room> In(string project, params string[] folders) =>
        folders.Select(folder => new Room($"{project}/{folder}"));
}
