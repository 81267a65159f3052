namespace LibMoE.Runtime;

/// <summary>What decides how wide the FFN of the dense baseline is.</summary>
public enum DenseWidth
{
    /// <summary>The mixtures: it has as many active parameters as their median.</summary>
    Matched,

    /// <summary><see cref="ModelConfig.Hidden"/>, as in a model that nothing is compared with.</summary>
    Model,
}
