namespace LibMoE.Runtime;

/// <summary>How activations are normalised before attention, before the FFN and before the head.</summary>
public enum NormKind
{
    /// <summary>x / √(mean(x²) + ε) ⊙ w (Zhang and Sennrich 2019).</summary>
    Rms,

    /// <summary>(x − mean(x)) / √(var(x) + ε) ⊙ w, plus b where <see cref="ModelConfig.NormBias"/> says so (Ba et al. 2016).</summary>
    Layer,
}
