using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LibMoE.Runtime.Hosting;

/// <summary>A section of the configuration and the record that it fills.</summary>
/// <param name="Name">The section's name, such as <c>Training</c>.</param>
/// <param name="Type">The record.</param>
internal abstract record SettingsSection(string Name, Type Type)
{
    /// <summary>Every section that the runtime reads.</summary>
    public static IReadOnlyList<SettingsSection> All { get; } =
    [
        new SettingsSection<ModelConfig>("Model", model => model.Problems()),
        new SettingsSection<TrainingConfig>("Training", training => training.Problems()),
        new SettingsSection<CorpusOptions>("Corpus", corpus => corpus.Problems()),
        new SettingsSection<StudyOptions>("Study", study => study.Problems()),
        new SettingsSection<SearchSettings>("Search", search => search.Problems()),
        new SettingsSection<PlanSettings>("Plan", plan => plan.Problems()),
        new SettingsSection<RunOptions>("Run", run => run.Problems()),
        new SettingsSection<GenerationOptions>("Generation", generation => generation.Problems()),
        new SettingsSection<ChatSettings>("Chat", chat => chat.Problems()),
        new SettingsSection<UpcyclingSettings>("Upcycling", upcycling => upcycling.Problems()),
        new SettingsSection<MergingSettings>("Merging", merging => merging.Problems()),
        new SettingsSection<FineTuningSettings>("FineTuning", tuning => tuning.Problems()),
        new SettingsSection<ExportSettings>("Export", _ => []),
        new SettingsSection<AnalysisOptions>("Analysis", analysis => analysis.Problems()),
        new SettingsSection<EvaluationOptions>("Evaluation", evaluation => evaluation.Problems()),
        new SettingsSection<ReportOptions>("Report", _ => []),
        new SettingsSection<RunsOptions>("Runs", runs => runs.Problems()),
        new SettingsSection<DashboardOptions>("Dashboard", dashboard => dashboard.Problems()),
        new SettingsSection<ServingOptions>("Serving", serving => serving.Problems()),
        new SettingsSection<FederatedOptions>("Federated", federated => federated.Problems()),
        new SettingsSection<AuditSettings>("Audit", _ => []),
        new SettingsSection<DriftSettings>("Drift", drift => drift.Problems()),
        new SettingsSection<TrackingOptions>("Tracking", tracking => tracking.Problems()),
        new SettingsSection<WatchOptions>("Watch", watch => watch.Problems()),
        new SettingsSection<RankOptions>("Ranks", ranks => ranks.Problems()),
    ];

    /// <summary>Registers the record, bound and validated when the host starts.</summary>
    public abstract void AddTo(IServiceCollection services, IConfiguration configuration);

    /// <summary>What is wrong with the record's values, one sentence each. Values that cannot be read are
    /// <see cref="SettingsCheck"/>'s.</summary>
    public abstract IReadOnlyList<string> Problems(IServiceProvider services);
}

/// <inheritdoc />
/// <param name="Name">The section's name.</param>
/// <param name="Rules">What is wrong with a record's values, one sentence each.</param>
internal sealed record SettingsSection<T>(string Name, Func<T, IReadOnlyList<string>> Rules) : SettingsSection(Name, typeof(T))
    where T : class
{
    /// <inheritdoc />
    public override void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<T>().Bind(configuration.GetSection(Name)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(new Validation(Rules));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
    }

    /// <inheritdoc />
    public override IReadOnlyList<string> Problems(IServiceProvider services)
    {
        try
        {
            _ = services.GetRequiredService<IOptions<T>>().Value;
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return [.. invalid.Failures];
        }
        catch (InvalidOperationException)
        {
            return [];
        }
    }

    private sealed class Validation(Func<T, IReadOnlyList<string>> problems) : IValidateOptions<T>
    {
        public ValidateOptionsResult Validate(string? name, T options) =>
            problems(options) is { Count: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }
}
