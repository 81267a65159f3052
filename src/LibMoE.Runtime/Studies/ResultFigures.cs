using System.Text.Json.Serialization;
using LibMoE.Runtime.Runs;
using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime;

/// <summary>The figures that a variant and each of its seeds have in common. Losses are in nats per token.</summary>
public abstract record ResultFigures
{
    /// <summary>SHA-256 of what decides the FFNs' shapes and forward pass.</summary>
    [JsonPropertyOrder(1)]
    public required string StructureHash { get; init; }

    /// <summary>All parameters.</summary>
    [JsonPropertyOrder(1)]
    public required long TotalParameters { get; init; }

    /// <summary>The parameters that one token uses.</summary>
    [JsonPropertyOrder(1)]
    public required long ActiveParameters { get; init; }

    /// <summary>Floating-point operations of one token's forward pass.</summary>
    [JsonPropertyOrder(1)]
    public required long FlopsPerToken { get; init; }

    /// <summary>Mean loss at the end of training.</summary>
    [JsonPropertyOrder(1)]
    public required double TrainLoss { get; init; }

    /// <summary>Mean loss on the held-out sequences.</summary>
    [JsonPropertyOrder(1)]
    public required double ValidationLoss { get; init; }

    /// <summary>Standard error of the validation loss: of a run over the sequences, of a variant with several seeds over these and the
    /// seeds (<see cref="SeedsAndItems.StdErr"/>).</summary>
    [JsonPropertyOrder(1)]
    public required double ValidationLossStdErr { get; init; }

    /// <summary>exp of the validation loss per byte of text.</summary>
    [JsonPropertyOrder(1)]
    public required double PerplexityPerByte { get; init; }

    /// <summary>Training tokens per second.</summary>
    [JsonPropertyOrder(1)]
    public required double TokensPerSecond { get; init; }

    /// <summary>Coefficient of variation of picks per expert, mean over the MoE blocks; null without counts.</summary>
    [JsonPropertyOrder(1)]
    public required double? LoadCv { get; init; }

    /// <summary>Experts, over all blocks, that no held-out token picked; null without counts.</summary>
    [JsonPropertyOrder(1)]
    public required double? DeadExperts { get; init; }

    /// <summary>Mean loss on the held-out part of every domain, by its name; left out where the corpus has only one.</summary>
    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Domains { get; init; }

    /// <summary>The held-out metrics, the one that variants are ranked by first; empty in an older file, whose
    /// figures stand above.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<MetricFigure> Metrics { get; init; } = [];

    /// <summary>The held-out metrics of a file of any age.</summary>
    internal IReadOnlyList<MetricFigure> HeldOut => Metrics.Count > 0 ? Metrics
        : [.. TextMetrics.Of(ValidationLoss, ValidationLossStdErr, [], PerplexityPerByte).Select(MetricFigure.Of)];

    /// <summary>The metric of that name; null where it was not measured.</summary>
    internal MetricFigure? Metric(string name) => HeldOut.FirstOrDefault(metric => metric.Name == name);

    /// <summary>Scores by task; empty until tasks are evaluated.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyDictionary<string, double> Tasks { get; init; } = new Dictionary<string, double>();
}

/// <summary>One training run in <c>results.json</c>.</summary>
public sealed record SeedResult : ResultFigures
{
    /// <summary>The seed of weights and data order.</summary>
    public required long Seed { get; init; }

    internal static SeedResult Of(TrainingResult run) => new()
    {
        Seed = run.Seed,
        StructureHash = run.StructureHash,
        TotalParameters = run.TotalParameters,
        ActiveParameters = run.ActiveParameters,
        FlopsPerToken = run.FlopsPerToken,
        TrainLoss = run.TrainLoss,
        ValidationLoss = run.ValidationLoss,
        ValidationLossStdErr = run.ValidationLossStdErr,
        PerplexityPerByte = run.PerplexityPerByte,
        TokensPerSecond = run.TokensPerSecond,
        LoadCv = run.LoadCv,
        DeadExperts = run.DeadExperts,
        Metrics = [.. run.HeldOut.Select(MetricFigure.Of)],
        Tasks = run.Tasks,
        Domains = run.Domains.Count > 1 ? run.Domains.ToDictionary(domain => domain.Name, domain => domain.Loss) : null,
    };
}

/// <summary>One variant in <c>results.json</c>: means over its seeds.</summary>
public sealed record VariantResult : ResultFigures
{
    /// <summary>
    /// The variant's name; <c>Dense</c> is the baseline. In a grid the settings follow, so that names stay apart: <c>Smoe
    /// LearningRate=0.003</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>In a grid the variant's name alone; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Variant { get; init; }

    /// <summary>In a grid what it sets, by key; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>How the layer lets a token see others of its call, later ones included, so that its losses and scores are not ranked
    /// against those of layers that route each token alone; absent where it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SeesOtherTokens { get; init; }

    /// <summary>The runs.</summary>
    [JsonPropertyOrder(2)]
    public required IReadOnlyList<SeedResult> Seeds { get; init; }

    private static MetricFigure Mean(MetricFigure metric, List<SeedResult> seeds)
    {
        List<MetricFigure> measured = [.. seeds.Select(seed => seed.Metric(metric.Name)).OfType<MetricFigure>()];
        return metric with
        {
            Value = measured.Average(one => one.Value),
            StdErr = VariantLoss.Of(measured.ConvertAll(one => one.Value), measured.ConvertAll(one => one.StdErr)).StdErr,
        };
    }

    internal static VariantResult Of(IGrouping<string, TrainingResult> runs)
    {
        var first = runs.First();
        var seeds = runs.Select(SeedResult.Of).OrderBy(seed => seed.Seed).ToList();
        return new VariantResult
        {
            Name = runs.Key,
            Variant = first.Settings.Count == 0 ? null : first.Name,
            Settings = first.Settings.Count == 0 ? null : first.Settings,
            SeesOtherTokens = first.SeesOtherTokens,
            StructureHash = seeds[0].StructureHash,
            TotalParameters = seeds[0].TotalParameters,
            ActiveParameters = seeds[0].ActiveParameters,
            FlopsPerToken = seeds[0].FlopsPerToken,
            TrainLoss = seeds.Average(seed => seed.TrainLoss),
            ValidationLoss = seeds.Average(seed => seed.ValidationLoss),
            ValidationLossStdErr =
                VariantLoss.Of(seeds.ConvertAll(seed => seed.ValidationLoss), seeds.ConvertAll(seed => seed.ValidationLossStdErr)).StdErr,
            PerplexityPerByte = seeds.Average(seed => seed.PerplexityPerByte),
            TokensPerSecond = seeds.Average(seed => seed.TokensPerSecond),
            LoadCv = seeds.Average(seed => seed.LoadCv),
            DeadExperts = seeds.Average(seed => seed.DeadExperts),
            Metrics = [.. seeds[0].Metrics.Select(metric => Mean(metric, seeds))],
            Tasks = ResultTasks.Means([.. seeds.Select(seed => seed.Tasks)]),
            Domains = seeds[0].Domains?.Keys.ToDictionary(
                name => name, name => seeds.Average(seed => seed.Domains?.GetValueOrDefault(name, double.NaN) ?? double.NaN)),
            Seeds = seeds,
        };
    }
}
