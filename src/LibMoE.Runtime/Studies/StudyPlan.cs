using System.Globalization;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Models;

namespace LibMoE.Runtime.Studies;

/// <summary>
/// What a study trains, decided before anything expensive starts. Variants share the backbone and its initial weights, the data order,
/// the steps and the seeds.
/// </summary>
/// <param name="Variants">The baseline first, then the mixtures in the order of their registration.</param>
/// <param name="Seeds">How many seeds each is trained with.</param>
/// <param name="Training">How; its seed is the first one.</param>
internal sealed record StudyPlan(IReadOnlyList<StudyVariant> Variants, int Seeds, TrainingConfig Training)
{
    /// <summary>Active parameters may differ by this share before the study says so.</summary>
    private const double EqualActive = 0.02;

    /// <summary>The settings of a plan without a grid.</summary>
    public static IReadOnlyDictionary<string, string> NoSettings { get; } = new Dictionary<string, string>();

    /// <summary>What a grid sets in this plan, by key; empty without a grid.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = NoSettings;

    /// <summary>The text that is trained on.</summary>
    public CorpusOptions Corpus { get; init; } = new();

    /// <summary>Whether <c>Model:Hidden</c> decides a width, here or in another selection of what the program declares.</summary>
    public bool ReadsHidden { get; init; } = true;

    /// <summary>The same on a text.</summary>
    public StudyPlan On(CorpusOptions corpus) => this with { Corpus = corpus };

    /// <summary>Every training run: all variants with the first seed, then with the second, so that a stopped study
    /// can be compared.</summary>
    public IReadOnlyList<StudyCell> Cells => CellsOf([this]);

    /// <summary>Every training run of several plans: all of them with the first seed, then with the second.</summary>
    public static IReadOnlyList<StudyCell> CellsOf(IReadOnlyList<StudyPlan> plans) =>
    [
        .. from offset in Enumerable.Range(0, plans.Max(plan => plan.Seeds))
           from plan in plans
           where offset < plan.Seeds
           from variant in plan.Variants
           select new StudyCell(
               variant, plan.Training with { Seed = plan.Training.Seed + offset }) { Settings = plan.Settings, Corpus = plan.Corpus },
    ];

    /// <summary>What a reader must know before comparing; empty where nothing is odd.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            var (least, most) =
                (Variants.MinBy(variant => variant.ActiveParameters)!, Variants.MaxBy(variant => variant.ActiveParameters)!);
            var difference = (double)most.ActiveParameters / least.ActiveParameters - 1;
            return difference <= EqualActive
                ? []
                : [string.Create(CultureInfo.InvariantCulture,
                    $"Active parameters differ by {difference:P1}: {least.Name} has {least.ActiveParameters:N0}, {most.Name} "
                        + $"{most.ActiveParameters:N0}.")];
        }
    }

    /// <summary>Plans a study.</summary>
    /// <param name="names">The variants wanted, separated by commas; empty takes the baseline and all that are registered.</param>
    /// <param name="registered">The declared layers.</param>
    /// <param name="model">The shared backbone.</param>
    /// <param name="training">How to train.</param>
    /// <param name="seeds">How many seeds.</param>
    /// <param name="denseWidth">What decides how wide the baseline is.</param>
    /// <exception cref="ConfigurationException">A name is unknown, nothing is registered, or a declaration does not fit
    /// the backbone.</exception>
    public static StudyPlan Make(
        string names, IReadOnlyList<MoeVariant> registered, ModelConfig model, TrainingConfig training, int seeds,
        DenseWidth denseWidth = DenseWidth.Matched)
    {
        var backbone = model with { Context = Math.Max(model.Context, training.SequenceLength) };
        var (chosen, withDense) = Choose(names, registered, variant => Misfit(variant, backbone));
        var mixtures = chosen.Select(variant => Mixture(variant, backbone)).ToList();
        var baseline = (withDense, denseWidth) switch
        {
            (false, _) => null,
            (_, DenseWidth.Model) => new StudyVariant(null, backbone),
            _ => Baseline(mixtures.Count > 0 ? mixtures : Fitting(registered, backbone), backbone),
        };
        return new StudyPlan(baseline is null ? mixtures : [baseline, .. mixtures], seeds, training)
        {
            ReadsHidden = denseWidth == DenseWidth.Model || registered.Any(variant => ReadsHiddenOf(backbone, variant)),
        };
    }

    /// <summary>Plans a study of a program's own learner.</summary>
    /// <param name="names">The variants wanted, separated by commas; empty takes the baseline and all that are registered.</param>
    /// <param name="registered">The declared layers.</param>
    /// <param name="maker">How learners are made.</param>
    /// <param name="training">How to train.</param>
    /// <param name="seeds">How many seeds.</param>
    /// <exception cref="ConfigurationException">A name is unknown, or nothing is registered.</exception>
    public static StudyPlan Make(
        string names, IReadOnlyList<MoeVariant> registered, LearnerMaker maker, TrainingConfig training, int seeds)
    {
        var (chosen, withDense) = Choose(names, registered, _ => null);
        var all = registered.ToDictionary(variant => variant, variant => new OwnLearner(maker, variant, training, []));
        List<OwnLearner> matched = [.. (chosen.Count > 0 ? chosen : registered).Select(variant => all[variant])];
        return new StudyPlan(
            [
                .. withDense
                    ? [new StudyVariant(null, null) { Own = new OwnLearner(maker, null, training, matched) }]
                    : Array.Empty<StudyVariant>(),
                .. chosen.Select(variant => new StudyVariant(variant, null) { Own = all[variant] }),
            ],
            seeds,
            training);
    }

    /// <summary>The mixtures that are wanted, and whether the baseline is.</summary>
    private static (IReadOnlyList<MoeVariant> Mixtures, bool Dense) Choose(
        string names, IReadOnlyList<MoeVariant> registered, Func<MoeVariant, string?> misfit)
    {
        var declared = CheckNames(registered).ToDictionary(variant => variant.Name, StringComparer.OrdinalIgnoreCase);
        string[] all = [MoeVariant.Dense, .. declared.Values.Select(variant => variant.Name)];
        var wanted = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = wanted.Where(name => !all.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        var chosen = (wanted.Length == 0 ? all : wanted.Distinct(StringComparer.OrdinalIgnoreCase)).ToList();
        List<MoeVariant> mixtures = [.. chosen.Where(declared.ContainsKey).Select(name => declared[name])];
        ConfigurationException.ThrowIfAny(
        [
            .. unknown.Select(name => $"Study:Variants names '{name}', which is not a variant; {NearestName.Advice(name, all)}."),
            .. mixtures.Select(misfit).OfType<string>(),
        ]);
        return (mixtures, chosen.Contains(MoeVariant.Dense, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The dense model with as many active parameters as the median of the mixtures.</summary>
    private static StudyVariant Baseline(IEnumerable<StudyVariant> mixtures, ModelConfig backbone)
    {
        var sorted = mixtures.OrderBy(variant => variant.ActiveParameters).ToList();
        var median = sorted[(sorted.Count - 1) / 2];
        return new StudyVariant(null, ModelCost.DenseEquivalent(backbone, median.Mixture!.Declaration));
    }

    private static StudyVariant Mixture(MoeVariant variant, ModelConfig backbone) => Misfit(variant, backbone) is { } misfit
        ? throw new ConfigurationException(misfit)
        : new StudyVariant(variant, BlockLayout.Of(backbone, variant.Declaration));

    /// <summary>Of all that are declared, those that the backbone can have.</summary>
    /// <exception cref="ConfigurationException">It can have none of them.</exception>
    private static IEnumerable<StudyVariant> Fitting(IReadOnlyList<MoeVariant> registered, ModelConfig backbone)
    {
        var fitting = registered.Where(variant => Misfit(variant, backbone) is null).ToList();
        return (fitting.Count > 0 ? fitting : registered).Select(variant => Mixture(variant, backbone));
    }

    /// <summary>Whether experts or dense blocks are as wide as the backbone says; of a layer that does not fit it is not known.</summary>
    private static bool ReadsHiddenOf(ModelConfig backbone, MoeVariant variant)
    {
        return Misfit(variant, backbone) is not null || Parameters(backbone.Hidden) != Parameters(backbone.Hidden + 1);

        long Parameters(int hidden) => ModelCost.TotalParameters(backbone with { Hidden = hidden }, variant.Declaration);
    }

    /// <summary>Why a layer does not fit the backbone; null where it does.</summary>
    private static string? Misfit(MoeVariant variant, ModelConfig backbone)
    {
        try
        {
            foreach (var layer in variant.Declaration.Layers)
            {
                layer.Check(new MoeShape(backbone.Dim, backbone.Hidden) { Vocabulary = backbone.Vocabulary });
            }

            return BlockLayout.Problems(backbone, variant.Declaration) is [var problem, ..] ? problem : null;
        }
        catch (ArgumentException misfit)
        {
            return misfit.Message.Split(" (Parameter")[0];
        }
    }

    private static IReadOnlyList<MoeVariant> CheckNames(IReadOnlyList<MoeVariant> registered)
    {
        if (registered.Count == 0)
        {
            throw new ConfigurationException(
                "No variant is registered; declare a partial class with [MoeLayer] and call builder.Services.AddMoeVariants().");
        }

        var taken = registered.Select(variant => variant.Name).Append(MoeVariant.Dense)
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        return taken is null
            ? registered
            : throw new ConfigurationException(
                $"Two variants are named '{taken.Key}'; names must differ by more than case, and '{MoeVariant.Dense}' is the baseline's.");
    }
}
