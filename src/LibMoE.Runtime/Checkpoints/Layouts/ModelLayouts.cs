namespace LibMoE.Runtime;

/// <summary>Every layout that can be loaded; the first that recognises a path takes it.</summary>
internal static class ModelLayouts
{
    public static IReadOnlyList<ModelLayout> All { get; } =
    [
        new Llama2cLayout(),
        new HuggingFaceLayout(),
        new CheckpointLayout(),
    ];
}
