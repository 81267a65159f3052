namespace LibMoE.Fuzz;

/// <summary>One reader under attack.</summary>
/// <param name="Name">What the command line and the corpus folder call it.</param>
/// <param name="Seeds">Inputs to start from; at least one is accepted.</param>
/// <param name="Run">Reads an input. What it may throw are the readers' own exceptions; anything else is a finding.</param>
public sealed record FuzzTarget(string Name, Func<IEnumerable<byte[]>> Seeds, Action<byte[]> Run)
{
    /// <summary>Bytes that an input may take beside its own size; null where the input is compressed, so that its size says little.</summary>
    public long? Memory { get; init; } = 16L << 20;

    /// <summary>What is done once, before inputs are measured.</summary>
    public Action Prepare { get; init; } = () => { };
}
