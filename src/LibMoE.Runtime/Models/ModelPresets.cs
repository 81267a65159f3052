namespace LibMoE.Runtime;

/// <summary>Published backbones.</summary>
public static class ModelPresets
{
    /// <summary>LibMoE's model of 158 M parameters with 66 experts of width 128 (ReLU), 8 picked: "154M".</summary>
    public static ModelConfig LibMoE154M { get; } = LibMoE(dim: 512, layers: 16, headDim: 82, hidden: 128);

    /// <summary>LibMoE's model of 678 M parameters with 66 experts of width 256 (ReLU), 8 picked: "679M".</summary>
    public static ModelConfig LibMoE679M { get; } = LibMoE(dim: 1024, layers: 18, headDim: 128, hidden: 256);

    private static ModelConfig LibMoE(int dim, int layers, int headDim, int hidden) => new()
    {
        Vocabulary = 8000,
        Dim = dim,
        Layers = layers,
        Heads = 4,
        HeadDim = headDim,
        Hidden = hidden,
        Context = 1024,
        Norm = NormKind.Layer,
        NormBias = true,
        RotaryFraction = 0.5,
        HeadBias = true,
        Activation = Activation.Relu,
    };
}
