namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>A verb with further options of a program's own.</summary>
internal sealed class VerbWithOptions(Verb verb, IReadOnlyList<VerbOption> options, IReadOnlyDictionary<string, string?> quick) : Verb
{
    /// <inheritdoc />
    public override string Name => verb.Name;

    /// <inheritdoc />
    public override string Description => verb.Description;

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options => [.. options, .. verb.Options];

    /// <inheritdoc />
    public override IReadOnlyList<string> Sections => verb.Sections;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string?> Quick { get; } = new Dictionary<string, string?>(
        verb.Quick.Count == 0 ? [] : verb.Quick.Where(pair => !quick.ContainsKey(pair.Key)).Concat(quick));

    /// <inheritdoc />
    public override IReadOnlyList<string> Problems(IServiceProvider services) => verb.Problems(services);

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop) => verb.RunAsync(services, stop);
}
