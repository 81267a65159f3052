namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>Where the time of one step goes, in seconds.</summary>
/// <param name="Dense">Forward and backward passes outside routed experts.</param>
/// <param name="Experts">Those of routed experts at balanced rows.</param>
/// <param name="Waiting">What the busiest card computes beyond that, while the others wait.</param>
/// <param name="Rows">Rows to the experts and back, forward and backward.</param>
/// <param name="Small">Small collectives: counts of rows, picks of balancing terms.</param>
/// <param name="Gradients">The sum of the gradients.</param>
/// <param name="Weights">Updated weights to the ranks that did not update them, where optimiser state is split.</param>
/// <param name="Memory">Passes over all parameters: the optimiser's step, and the packing of gradients.</param>
internal sealed record StepTimes(
    double Dense, double Experts, double Waiting, double Rows, double Small, double Gradients, double Weights,
    double Memory)
{
    /// <summary>Backward is two thirds of a pass forth and back.</summary>
    private const double BackwardShare = 2.0 / 3;

    /// <summary>Rows of one half of a batch behind the other half's arithmetic.</summary>
    private const double RowsBehind = 0.8;

    /// <summary>What is left of small collectives where those of all layers are one.</summary>
    private const double SmallLeft = 0.2;

    /// <summary>All arithmetic.</summary>
    public double Compute => Dense + Experts + Waiting;

    /// <summary>What of the gradients' sum no backward pass hides.</summary>
    public double Exposed => Math.Max(0, Gradients - (BackwardShare * Compute));

    /// <summary>One after the other.</summary>
    public double InTurn => Compute + Rows + Small + Gradients + Weights + Memory;

    /// <summary>Gradients are summed during backward.</summary>
    public double GradientsBehind => Compute + Rows + Small + Exposed + Weights + Memory;

    /// <summary>Rows go behind arithmetic as well, and the picks of all layers in one sum.</summary>
    public double AllBehind => Compute + Math.Max(0, Rows - (RowsBehind * Compute)) + (SmallLeft * Small) + Exposed + Weights + Memory;
}
