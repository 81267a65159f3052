namespace LibMoE.Runtime.Training;

/// <summary>Follows a figure: which step was best, and whether it is time to stop.</summary>
/// <param name="patience">After how many measurements in a row that are not better than the best; 0: never.</param>
/// <param name="higherIsBetter">Which way the figure is better.</param>
internal sealed class EarlyStopping(int patience, bool higherIsBetter = false)
{
    /// <summary>How it stands; null before the first measurement.</summary>
    public StoppingState? State { get; set; }

    /// <summary>Whether the patience is at its end.</summary>
    public bool IsOver => patience > 0 && State?.Waited >= patience;

    /// <summary>Takes a measurement.</summary>
    /// <param name="step">The steps done.</param>
    /// <param name="value">The figure; one that is not a number is worse than any.</param>
    /// <returns>Whether it is the best so far.</returns>
    public bool Add(long step, double value)
    {
        var worst = higherIsBetter ? double.NegativeInfinity : double.PositiveInfinity;
        value = double.IsNaN(value) ? worst : value;
        var best = State is null || (higherIsBetter ? value > State.Best : value < State.Best);
        State = best ? new StoppingState(value, step, 0) : State! with { Waited = State.Waited + 1 };
        return best;
    }
}
