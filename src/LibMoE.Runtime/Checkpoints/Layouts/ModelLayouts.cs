using LibMoE.Runtime.Checkpoints.Layouts.Adapters;
using LibMoE.Runtime.Checkpoints.Layouts.Gguf;
using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Checkpoints.Layouts.Llama2c;
using LibMoE.Runtime.Checkpoints.Layouts.Own;

namespace LibMoE.Runtime.Checkpoints.Layouts;

/// <summary>Every layout that can be loaded; the first that recognises a path takes it.</summary>
internal static class ModelLayouts
{
    public static IReadOnlyList<ModelLayout> All { get; } =
    [
        new Llama2cLayout(),
        new AdapterLayout(),
        new GgufLayout(),
        new HuggingFaceLayout(),
        new CheckpointLayout(),
    ];
}
