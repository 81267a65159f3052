using LibMoE.Runtime.Models;

namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>Bytes that one rank needs.</summary>
/// <param name="State">Weights, gradients and optimiser state.</param>
/// <param name="Activations">The least that a micro-batch keeps for its backward pass: the input of every block, and the logits with their
/// gradient, as many as the loss takes at once, all float32. What blocks keep inside comes on top.</param>
internal sealed record RankMemory(double State, double Activations)
{
    private const double Float32 = 4;

    /// <summary>Both.</summary>
    public double Total => State + Activations;

    /// <summary>Of a layout.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="layout">Where everything is.</param>
    /// <param name="bytes">Bytes of a parameter's state.</param>
    /// <param name="tokens">Tokens of a micro-batch.</param>
    public static RankMemory Of(ScaledModel model, StepLayout layout, StateBytes bytes, double tokens)
    {
        var (shared, experts) = (model.SharedParameters, model.ExpertsOfOne(layout.ExpertRanks));
        var optimized = layout.Split ? (shared / layout.Cards) + (experts / layout.Replicas) : shared + experts;
        return new RankMemory(
            ((bytes.Weight + bytes.Gradient) * (shared + experts)) + (bytes.Optimizer * optimized),
            Float32 * ((tokens * model.Width * model.Blocks) + (2 * HeadLoss.LogitsAtOnce((long)tokens, model.Vocabulary))));
    }
}
