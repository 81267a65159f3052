namespace LibMoE.Runtime.Tests.Examples;

/// <summary>Results of studies with chosen figures, as criteria of examples read them.</summary>
internal static class Figures
{
    /// <summary>A study of some variants, beside simple methods.</summary>
    public static StudyResults Of(IReadOnlyList<VariantResult> variants, params (string Name, double Accuracy)[] methods) => new()
    {
        Machine = MachineInfo.Current(),
        Corpus = new CorpusIdentity("", ""),
        Variants = variants,
        Baselines = [.. methods.Select(method => new BaselineResult(method.Name, [Accuracy(method.Accuracy)]))],
    };

    /// <summary>A variant with a mean of each metric.</summary>
    public static VariantResult Variant(string name, params MetricFigure[] metrics) => new()
    {
        Name = name,
        StructureHash = "",
        TotalParameters = 1,
        ActiveParameters = 1,
        FlopsPerToken = 1,
        TrainLoss = 1,
        ValidationLoss = 1,
        ValidationLossStdErr = 1,
        PerplexityPerByte = 1,
        TokensPerSecond = 1,
        LoadCv = null,
        DeadExperts = null,
        Metrics = metrics,
        Seeds = [],
    };

    /// <summary>A variant of a grid with the accuracy of each of its seeds.</summary>
    public static VariantResult Variant(string name, IReadOnlyDictionary<string, string> settings, params double[] accuracies) =>
        Variant(name, Accuracy(accuracies.Average())) with
        {
            Variant = MoeVariant.Dense,
            Settings = settings,
            Seeds = [.. accuracies.Select((accuracy, seed) => Seed(seed, Accuracy(accuracy)))],
        };

    public static MetricFigure Accuracy(double value) => new("accuracy", "share", MetricDirection.Higher, value, 0.01);

    public static MetricFigure Error(double value) => new("error", "probability", MetricDirection.Lower, value, 0.01);

    /// <summary>A seed with a figure of each metric.</summary>
    public static SeedResult Seed(long seed, params MetricFigure[] metrics) => new()
    {
        Seed = seed,
        StructureHash = "",
        TotalParameters = 1,
        ActiveParameters = 1,
        FlopsPerToken = 1,
        TrainLoss = 1,
        ValidationLoss = 1,
        ValidationLossStdErr = 1,
        PerplexityPerByte = 1,
        TokensPerSecond = 1,
        LoadCv = null,
        DeadExperts = null,
        Metrics = metrics,
    };
}
