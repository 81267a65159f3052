using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>The plans of a study: one for every combination of the values that <c>Study:Grid</c> gives, one in all
/// without a grid.</summary>
internal static class StudyGrid
{
    /// <summary>Plans a study.</summary>
    /// <param name="configuration">All settings; those of a combination are laid over them.</param>
    /// <param name="registered">The declared layers.</param>
    /// <param name="maker">How the program makes its own learner; null where it trains language models.</param>
    /// <exception cref="ConfigurationException">The grid, a value in it, or a plan cannot be used.</exception>
    public static IReadOnlyList<StudyPlan> Plan(
        IConfiguration configuration, IReadOnlyList<MoeVariant> registered, LearnerMaker? maker = null)
    {
        var study = configuration.GetSection("Study").Get<StudyOptions>() ?? new StudyOptions();
        var problems = new ProblemList();
        IReadOnlyList<GridAxis> axes = [];
        problems.Try(() => axes = GridAxis.Read(study.Grid));
        problems.Try(() => CheckValues(axes));
        problems.Try(() => CheckOwn(axes, maker));
        // What is wrong with a value would come again with each of its combinations.
        List<StudyPlan> plans = [];
        foreach (var settings in problems.Found.Count > 0 ? [StudyPlan.NoSettings] : Combinations(axes))
        {
            problems.Try(() => plans.Add(Plan(configuration, settings, study, registered, maker)));
        }

        ConfigurationException.ThrowIfAny(problems.Found);
        return plans;
    }

    private static StudyPlan Plan(
        IConfiguration configuration, IReadOnlyDictionary<string, string> settings, StudyOptions study,
        IReadOnlyList<MoeVariant> registered, LearnerMaker? maker)
    {
        var all = new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(settings!).Build();
        var model = all.GetSection("Model").Get<ModelConfig>() ?? new ModelConfig();
        var training = all.GetSection("Training").Get<TrainingConfig>() ?? new TrainingConfig();
        var problems = new ProblemList();
        problems.Try(() => ConfigurationException.ThrowIfAny(model.Problems()));
        problems.Try(() => ConfigurationException.ThrowIfAny(training.Problems()));
        StudyPlan? plan = null;
        problems.Try(() => plan = maker is null
            ? StudyPlan.Make(study.Variants, registered, model, training, study.Seeds, study.DenseWidth)
            : StudyPlan.Make(study.Variants, registered, maker, training, study.Seeds));
        ConfigurationException.ThrowIfAny(problems.Found);
        return plan! with
        {
            Settings = settings,
            Corpus = all.GetSection("Corpus").Get<CorpusOptions>() ?? new CorpusOptions(),
        };
    }

    /// <summary>Values of the wrong kind would be read as the default, or end in an exception of the binder.</summary>
    private static void CheckValues(IReadOnlyList<GridAxis> axes) => ConfigurationException.ThrowIfAny(
    [
        .. from axis in axes
           from value in axis.Values
           let alone = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [axis.Key] = value }).Build()
           from problem in SettingsCheck.Problems(
               alone, SettingsSection.All.Single(section => axis.Key.StartsWith(section.Name + ":", StringComparison.Ordinal)))
           select "Study:Grid:" + problem,
    ]);

    /// <summary>A learner of the program's own reads neither backbone nor text.</summary>
    private static void CheckOwn(IReadOnlyList<GridAxis> axes, LearnerMaker? maker) => ConfigurationException.ThrowIfAny(
    [
        .. axes.Where(axis => maker is not null && !axis.Key.StartsWith("Training:", StringComparison.Ordinal))
            .Select(axis =>
                $"Study:Grid:{axis.Key} cannot be varied: this program's learner has no such setting; a grid takes settings of Training."),
    ]);

    /// <summary>The product of the axes; the last one changes fastest.</summary>
    private static List<IReadOnlyDictionary<string, string>> Combinations(IReadOnlyList<GridAxis> axes)
    {
        List<IReadOnlyDictionary<string, string>> combinations = [StudyPlan.NoSettings];
        foreach (var axis in axes)
        {
            combinations =
                [.. combinations.SelectMany(combination => axis.Values, (combination, value) => With(combination, axis.Key, value))];
        }

        return combinations;
    }

    private static SortedDictionary<string, string> With(IReadOnlyDictionary<string, string> combination, string key, string value) =>
        new(combination.ToDictionary(), StringComparer.Ordinal) { [key] = value };
}
