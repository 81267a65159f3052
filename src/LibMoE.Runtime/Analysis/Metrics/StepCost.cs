namespace LibMoE.Runtime;

/// <summary>What a training step costs, by the usual count: a backward pass takes twice the operations of a forward pass.</summary>
/// <param name="FlopsPerStep">3 · forward FLOPs per token · tokens of a step.</param>
/// <param name="MillisecondsPerStep">Wall time of a step, from the training speed.</param>
public sealed record StepCost(double FlopsPerStep, double MillisecondsPerStep)
{
    /// <summary>Floating-point operations per second that training reached.</summary>
    public double FlopsPerSecond => FlopsPerStep / MillisecondsPerStep * 1000;

    /// <summary>Of a finished run.</summary>
    /// <param name="flopsPerToken">Forward FLOPs of one token.</param>
    /// <param name="tokensPerStep">Batch · sequence length.</param>
    /// <param name="tokensPerSecond">Training tokens per second.</param>
    public static StepCost Of(long flopsPerToken, long tokensPerStep, double tokensPerSecond) =>
        new(3.0 * flopsPerToken * tokensPerStep, 1000 * tokensPerStep / tokensPerSecond);
}
