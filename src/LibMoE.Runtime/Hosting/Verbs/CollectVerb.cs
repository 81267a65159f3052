using LibMoE.Runtime.Hosting.Studies;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Merges the cells of a study.</summary>
internal sealed class CollectVerb : Verb
{
    /// <inheritdoc />
    public override string Name => "collect";

    /// <inheritdoc />
    public override string Description =>
        "Merges the cells that 'run-cell' has trained into results.json, shows the table, and lists what is missing.";

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options { get; } = [.. VerbOptions.ExistingRun, VerbOptions.Preset];

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop) =>
        Task.FromResult(services.GetRequiredService<Collection>().Run());
}
