using Humanizer;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Hosting.Studies.Presets;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Trains and compares every declared variant and a dense baseline.</summary>
internal sealed class StudyVerb : Verb
{
    /// <inheritdoc />
    public override string Name => "study";

    /// <inheritdoc />
    public override string Description =>
        "Trains every declared variant and a dense baseline of equal active parameters on the same text, and compares them in one table.";

    /// <inheritdoc />
    public override IReadOnlyList<string> Sections => VerbOptions.TrainingSections;

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        VerbOptions.Preset,
        .. VerbOptions.Study,
        .. VerbOptions.Corpus,
        .. VerbOptions.Tokenizer,
        .. VerbOptions.Training,
        VerbOptions.Device,
        .. VerbOptions.Run,
        VerbOptions.Resume,
        VerbOptions.AllowChange,
        new("--plan", "Study:PlanOnly", "", "Train nothing: write cells.jsonl and list the cells, for 'run-cell'."),
    ];

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string?> Quick { get; } = VerbOptions.QuickTraining;

    /// <inheritdoc />
    public override IReadOnlyList<string> Problems(IServiceProvider services) => PlanProblems.Of(services, () => Plans(services));

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var plans = Plans(services);
        var name = services.GetRequiredService<IHostEnvironment>().ApplicationName.Kebaberize();
        var runner = services.GetRequiredService<StudyRunner>();
        var study = services.GetRequiredService<StudyOptions>();
        return study.PlanOnly ? runner.WriteManifestAsync(plans, name, stop) : runner.RunAsync(plans, name, stop, StudyPresets.Find(study.Preset));
    }

    /// <summary>What a study trains: every combination of the grid, with what the preset chooses of each.</summary>
    internal static IReadOnlyList<StudyPlan> Plans(IServiceProvider services)
    {
        var maker = services.GetService<LearnerMaker>();
        var preset = StudyPresets.Find(services.GetRequiredService<StudyOptions>().Preset);
        if (maker is not null && preset is not null)
        {
            throw new ConfigurationException($"{StudyPresets.Key} is '{preset.Name}'; presets ask about language models, and this program trains its own learner.");
        }

        var plans = StudyGrid.Plan(services.GetRequiredService<IConfiguration>(), [.. services.GetServices<MoeVariant>()], maker);
        return preset?.Choose is { } choose ? [.. plans.Select(choose)] : plans;
    }
}
