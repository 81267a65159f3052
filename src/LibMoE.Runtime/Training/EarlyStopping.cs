namespace LibMoE.Runtime.Training;

/// <summary>Follows a figure of which lower is better: which step was best, and whether it is time to stop.</summary>
/// <param name="patience">After how many measurements in a row that are not better than the best; 0: never.</param>
internal sealed class EarlyStopping(int patience)
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
        value = double.IsNaN(value) ? double.PositiveInfinity : value;
        var best = State is null || value < State.Best;
        State = best ? new StoppingState(value, step, 0) : State! with { Waited = State.Waited + 1 };
        return best;
    }
}
