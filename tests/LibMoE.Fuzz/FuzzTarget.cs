namespace LibMoE.Fuzz;

/// <summary>One reader under attack.</summary>
/// <param name="Name">What the command line and the corpus folder call it.</param>
/// <param name="Seeds">Inputs to start from; at least one is accepted.</param>
/// <param name="Run">Reads an input. What it may throw are the readers' own exceptions; anything else is a finding.</param>
public sealed record FuzzTarget(string Name, Func<IEnumerable<byte[]>> Seeds, Action<byte[]> Run)
{
    /// <summary>Bytes that an input may take beside its own size; null where the input is compressed, so that its size says little. Of
    /// Parquet the library reserves what a page states, and touches what is there.</summary>
    public long? Memory { get; init; } = 16L << 20;

    /// <summary>What is done once, before inputs are measured.</summary>
    public Action Prepare { get; init; } = () => { };

    /// <summary>Inputs that a campaign found to reach code that others do not.</summary>
    public IEnumerable<byte[]> Kept()
    {
        var assembly = typeof(FuzzTarget).Assembly;
        foreach (var name in assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith($"corpus/{Name}/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var memory = new MemoryStream();
            using var resource = assembly.GetManifestResourceStream(name)!;
            resource.CopyTo(memory);
            yield return memory.ToArray();
        }
    }
}
