namespace LibMoE.Runtime.Kernels.Optimizer;

/// <summary>The numbers that all parameters of an update share.</summary>
internal sealed record AdamWRates(double LearningRate, double Beta1, double Beta2, double Epsilon, double GradientScale)
{
    /// <summary>1 − η·λ.</summary>
    public double Keep(double decay) => 1 - LearningRate * decay;

    /// <summary>η / (1 − β₁ᵗ).</summary>
    public double StepSize(long step) => LearningRate / (1 - Math.Pow(Beta1, step));

    /// <summary>√(1 − β₂ᵗ).</summary>
    public double RootCorrection(long step) => Math.Sqrt(1 - Math.Pow(Beta2, step));
}
