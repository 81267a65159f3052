namespace LibMoE.Runtime;

/// <summary>Blocks of a model by their number from 0: First, First + Step, … up to Last.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last that it may reach; null for the model's last.</param>
/// <param name="Step">1 for all of them, 2 for every second.</param>
public sealed record BlockRange(int First, int? Last, int Step = 1)
{
    /// <summary>Whether a block is among them.</summary>
    /// <param name="block">Its number.</param>
    public bool Contains(int block) => block >= First && block <= (Last ?? int.MaxValue) && (block - First) % Step == 0;

    /// <summary>The range as it is declared: <c>5</c>, <c>0-2</c>, <c>3-</c>, <c>1-:2</c>.</summary>
    public override string ToString() => First == Last
        ? FormattableString.Invariant($"{First}")
        : FormattableString.Invariant($"{First}-{Last}") + (Step == 1 ? "" : FormattableString.Invariant($":{Step}"));
}
