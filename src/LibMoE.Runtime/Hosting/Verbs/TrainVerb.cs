using Humanizer;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Trains one variant.</summary>
internal sealed class TrainVerb : Verb
{
    /// <inheritdoc />
    public override string Name => "train";

    /// <inheritdoc />
    public override string Description => "Trains one variant with one seed and measures it on held-out text.";

    /// <inheritdoc />
    public override IReadOnlyList<string> Sections => VerbOptions.TrainingSections;

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--variant", "Study:Variants", "NAME", "The variant, or Dense. [default: the first that is declared]"),
        new("--seed", "Training:Seed", "N", "The seed of weights and data order. [default: 0]"),
        .. VerbOptions.Corpus,
        .. VerbOptions.Tokenizer,
        .. VerbOptions.Training,
        VerbOptions.Device,
        .. VerbOptions.Run,
        VerbOptions.Resume,
        VerbOptions.AllowChange,
    ];

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string?> Quick { get; } = VerbOptions.QuickTraining;

    /// <inheritdoc />
    public override IReadOnlyList<string> Problems(IServiceProvider services) => PlanProblems.Of(services, () => [Plan(services)]);

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var plan = Plan(services);
        return services.GetRequiredService<StudyRunner>().RunAsync([plan], plan.Variants[0].Name.Kebaberize(), stop);
    }

    private static StudyPlan Plan(IServiceProvider services)
    {
        IReadOnlyList<MoeVariant> registered = [.. services.GetServices<MoeVariant>()];
        var wanted = services.GetRequiredService<StudyOptions>().Variants;
        var names = wanted.Length > 0 ? wanted : registered.Select(variant => variant.Name).FirstOrDefault("");
        var training = services.GetRequiredService<TrainingConfig>();
        var plan = services.GetService<LearnerMaker>() is { } maker
            ? StudyPlan.Make(names, registered, maker, training, seeds: 1)
            : StudyPlan.Make(names, registered, services.GetRequiredService<ModelConfig>(), training, seeds: 1) with
            {
                Corpus = services.GetRequiredService<CorpusOptions>(),
            };
        return plan.Variants.Count == 1
            ? plan
            : throw new ConfigurationException($"Study:Variants is '{wanted}'; 'train' takes one variant, 'study' takes several.");
    }
}
