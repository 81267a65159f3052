namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>Bytes that are kept for a parameter, and sent.</summary>
/// <param name="Weight">Of the weight that forward and backward passes read, and of its moving average.</param>
/// <param name="Gradient">Of its gradient as it is kept.</param>
/// <param name="Optimizer">Of what only the optimiser's step reads: moments, copies in more digits. These can be split.</param>
/// <param name="Sent">Of its gradient as ranks send it.</param>
/// <param name="Row">Of one number of a row that goes to another card's expert.</param>
internal sealed record StateBytes(double Weight, double Gradient, double Optimizer, double Sent, double Row)
{
    private const double Float32 = 4;
    private const double BFloat16 = 2;

    /// <summary>As the trainer keeps them: float32 weights, gradients and two moments; rows in the type of expert matmuls.</summary>
    /// <param name="training">The training.</param>
    /// <param name="sent">What gradients are sent in.</param>
    public static StateBytes Of(TrainingConfig training, GradientType sent) => new(
        Weight: (training.AverageDecay > 0 ? 2 : 1) * Float32, Float32, Optimizer: 2 * Float32,
        sent == GradientType.BFloat16 ? BFloat16 : Float32, training.Compute == ComputeType.BFloat16 ? BFloat16 : Float32);
}
