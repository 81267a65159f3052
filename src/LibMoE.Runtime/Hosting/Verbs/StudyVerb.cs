using Humanizer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LibMoE.Runtime;

/// <summary>Trains and compares every declared variant and a dense baseline.</summary>
internal sealed class StudyVerb : Verb
{
    /// <inheritdoc />
    public override string Name => "study";

    /// <inheritdoc />
    public override string Description =>
        "Trains every declared variant and a dense baseline of equal active parameters on the same text, and compares them in one table.";

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options { get; } =
        [.. VerbOptions.Study, .. VerbOptions.Corpus, .. VerbOptions.Tokenizer, .. VerbOptions.Training, .. VerbOptions.Run];

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string?> Quick { get; } = VerbOptions.QuickTraining;

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var study = services.GetRequiredService<StudyOptions>();
        var plan = StudyPlan.Make(
            study.Variants,
            [.. services.GetServices<MoeVariant>()],
            services.GetRequiredService<ModelConfig>(),
            services.GetRequiredService<TrainingConfig>(),
            study.Seeds);
        var program = services.GetRequiredService<IHostEnvironment>().ApplicationName;
        return services.GetRequiredService<StudyRunner>().RunAsync(plan, program.Kebaberize(), stop);
    }
}
