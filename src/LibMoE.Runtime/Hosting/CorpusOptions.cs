namespace LibMoE.Runtime;

/// <summary>What a run trains on; configuration section <c>Corpus</c>.</summary>
public sealed record CorpusOptions
{
    /// <summary>A text file or a folder of them; null takes the .NET SDK's own documentation.</summary>
    public string? Path { get; init; }
}
