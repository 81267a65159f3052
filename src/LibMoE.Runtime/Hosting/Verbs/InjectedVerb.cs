using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>The row of a verb that is made of the application's services.</summary>
internal sealed class InjectedVerb<TVerb> : Verb
    where TVerb : class, IVerb
{
    /// <inheritdoc />
    public override string Name => TVerb.Name;

    /// <inheritdoc />
    public override string Description => TVerb.Description;

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options => TVerb.Options;

    /// <inheritdoc />
    public override IReadOnlyList<string> Sections => TVerb.Sections ?? base.Sections;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string?> Quick => TVerb.Quick;

    /// <inheritdoc />
    public override IReadOnlyList<string> Problems(IServiceProvider services)
    {
        // A verb that takes settings which are wrong cannot be made; their section reports that.
        var problems = new ProblemList();
        IReadOnlyList<string> own = [];
        problems.Try(() => own = Make(services).Problems());
        return [.. problems.Found, .. own];
    }

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop) => Make(services).RunAsync(stop);

    private static TVerb Make(IServiceProvider services) => ActivatorUtilities.CreateInstance<TVerb>(services);
}
