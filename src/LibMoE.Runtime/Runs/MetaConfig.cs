namespace LibMoE.Runtime;

/// <summary>How a few-shot learner's parameters are adapted to a task, and what they are adapted from: the inner and the outer loop of
/// meta-learning.</summary>
/// <remarks>Both ways of meta-learning here are of first order. Full MAML differentiates through the inner steps, for which TorchSharp has
/// no functional form of a module.</remarks>
public sealed record MetaConfig
{
    /// <summary>What is learned before tasks come.</summary>
    public OuterLoop Outer { get; init; } = OuterLoop.Reptile;

    /// <summary>Steps on a task in training; 0 with <see cref="OuterLoop.FirstOrderMaml"/> trains on all tasks jointly.</summary>
    public int InnerSteps { get; init; } = 5;

    /// <summary>Examples of an inner step, in turn from the task's; a task that has fewer gives all.</summary>
    public int InnerBatch { get; init; } = 10;

    /// <summary>α, the learning rate of inner steps.</summary>
    public double InnerRate { get; init; } = 1e-3;

    /// <summary>What makes the inner steps; its state begins anew with each task.</summary>
    public InnerOptimizer Optimizer { get; init; } = InnerOptimizer.Adam;

    /// <summary>Factors on <see cref="InnerRate"/> by part of the model, as <see cref="TrainingConfig.Rates"/> has them, such as
    /// <c>net.ffn.mixture.experts</c>; 0 leaves a part as it is. Null for none.</summary>
    public IReadOnlyDictionary<string, double>? Rates { get; init; }

    /// <summary>Whether each task begins with a last layer of zeros, which no outer loop learns (Kao, Chiu and Chen, arXiv:2106.15367).
    /// It does so always after <see cref="OuterLoop.Pretraining"/>.</summary>
    public bool NewHead { get; init; }
}

/// <summary>What a few-shot learner's parameters learn before tasks come. With θ before a task, φ after its inner steps, and the mean over
/// the tasks of a step:</summary>
public enum OuterLoop
{
    /// <summary>Nothing: tasks begin with initial values, the control.</summary>
    None,

    /// <summary>All training classes at once, by cross-entropy on as many images as the inner steps of a step's tasks see.</summary>
    Pretraining,

    /// <summary>The gradient (θ − φ)/α (Nichol, Achiam and Schulman, arXiv:1803.02999). A part that no inner step moves learns nothing.
    /// </summary>
    Reptile,

    /// <summary>The gradient of the loss on other examples of the task, taken at φ (Finn, Abbeel and Levine, arXiv:1703.03400, first
    /// order).</summary>
    FirstOrderMaml,
}

/// <summary>What makes the inner steps.</summary>
public enum InnerOptimizer
{
    /// <summary>Adam with β₁ = 0 and β₂ = 0.999, as Reptile has it.</summary>
    Adam,

    /// <summary>φ ← φ − α·g, as MAML has it.</summary>
    Sgd,
}
