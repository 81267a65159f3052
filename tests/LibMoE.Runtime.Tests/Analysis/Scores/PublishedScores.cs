namespace LibMoE.Runtime.Tests.Analysis.Scores;

/// <summary>Scores published with LibMoE (arXiv:2411.00918, tables 1 and 2), to two decimals.</summary>
internal static class PublishedScores
{
    public static readonly string[] Methods = ["SMoE", "XMoE", "sigma-MoE", "SharedE-V2", "SharedE-V3", "TC-MoE", "MoE++"];

    /// <summary>Perplexity, then nine task scores: LAMBADA, BLiMP, CBT, HellaSwag, PIQA, ARC-E, RACE, SIQA, CSQA.</summary>
    public static double[][] Language015 => Rows(
        """
        13.63 25.27 77.71 84.18 29.43 57.94 32.68 30.11 35.62 24.65
        13.98 24.57 76.53 84.12 29.34 58.27 32.26 29.69 35.47 24.49
        13.61 25.43 77.38 84.23 29.13 58.92 32.73 31.05 34.90 24.90
        13.49 25.29 77.37 84.33 29.38 60.17 33.83 31.02 35.57 24.98
        13.42 25.49 77.20 84.40 29.38 59.14 32.52 30.60 35.57 25.47
        13.51 25.60 76.91 84.68 29.27 59.03 33.02 30.63 36.03 26.37
        13.54 25.45 77.23 84.83 29.28 58.49 33.49 30.11 35.62 24.49
        """);

    public static double[][] Language068 => Rows(
        """
        9.51 37.13 80.47 89.83 37.49 64.36 38.22 33.03 37.41 26.54
        9.66 35.25 80.38 89.35 37.19 64.20 38.99 32.95 37.77 28.34
        9.46 37.56 81.08 89.57 37.52 64.91 39.15 32.68 37.67 28.50
        9.52 37.11 80.98 89.93 37.14 64.36 38.06 33.17 36.95 27.35
        9.49 36.88 81.28 89.65 37.32 65.72 38.86 33.12 38.59 28.09
        9.38 37.87 81.21 90.19 37.95 64.47 39.28 33.77 37.92 27.85
        9.38 38.80 80.88 89.77 37.70 64.64 39.37 34.02 37.97 28.34
        """);

    /// <summary>Vision, 1M2 data: AI2D, TextVQA, GQA, MMBench, HallusionBench, MathVista, MMMU, MMStar, POPE, MME,
    /// MME-RealWorld, OCRBench.</summary>
    public static double[][] Vision1M2 => Rows(
        """
        69.56 43.93 61.51 71.31 46.90 37.90 41.56 41.23 86.28 63.33 27.83 37.50
        69.72 43.93 61.52 72.25 47.42 38.50 42.11 43.99 86.61 63.81 29.18 39.40
        69.79 44.69 61.70 71.74 47.00 38.40 43.11 42.08 86.69 63.80 29.70 38.40
        70.56 45.04 61.34 71.13 47.11 39.50 42.78 42.73 86.53 63.93 29.55 38.70
        71.92 44.59 61.93 72.59 46.37 38.20 42.33 43.30 86.78 64.61 29.29 39.40
        70.08 43.75 61.89 71.05 45.74 38.10 41.89 43.64 86.76 63.05 31.84 38.30
        70.13 43.37 61.52 71.39 46.16 38.60 40.78 43.24 86.60 63.26 28.19 37.50
        """);

    /// <summary>Vision, 665K data, the same columns.</summary>
    public static double[][] Vision665K => Rows(
        """
        65.52 41.51 61.62 72.25 41.75 29.50 41.67 42.24 87.13 61.05 32.15 31.70
        65.84 41.96 61.61 72.16 41.85 31.60 41.67 40.32 86.64 60.95 32.73 33.20
        65.52 42.08 61.74 71.22 40.80 30.30 41.22 41.99 86.64 61.44 32.31 32.50
        64.77 41.96 61.27 71.74 41.85 30.90 43.33 41.56 86.82 60.52 32.88 31.40
        65.58 42.06 61.26 72.42 41.43 30.60 42.44 41.75 86.81 60.93 31.47 32.60
        65.50 40.70 61.19 71.22 42.06 29.30 41.22 41.10 86.53 60.30 31.89 33.00
        65.03 41.44 60.61 71.74 42.69 30.30 43.00 40.32 86.58 60.11 31.32 31.20
        """);

    /// <summary>Vision, 665K data: the mean over the twelve columns at 20, 40, 60, 80 and 100 % of training. Null where a figure is missing
    /// or is the mean of eleven columns (sigma-MoE's first, SharedE-V3's second and third are not comparable).</summary>
    public static IReadOnlyList<CheckpointCurve> Checkpoints =>
    [
        Curve("SMoE", 49.10, 50.23, 50.51, 50.74, 50.73),
        Curve("XMoE", 49.15, 50.20, 50.45, 50.79, 50.87),
        Curve("sigma-MoE", null, 50.14, 50.51, 50.61, 50.81),
        Curve("SharedE-V2", 49.20, null, 50.60, 50.89, 50.75),
        Curve("SharedE-V3", 48.69, null, null, 50.86, 50.71),
        Curve("TC-MoE", 48.42, 49.89, 50.02, 50.30, 50.30),
        Curve("MoE++", 48.59, 49.67, 49.85, 50.32, 50.44),
    ];

    private static CheckpointCurve Curve(string name, params double?[] scores) =>
        new(name, [.. scores.Select((score, index) => new CheckpointScore((index + 1) / 5.0, score))]);

    private static double[][] Rows(string text) =>
        [.. text.Split('\n').Select(
            row => row.Split(' ').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];
}
