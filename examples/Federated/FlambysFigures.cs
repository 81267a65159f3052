using static Federated.MethodNames;

namespace Federated;

/// <summary>A published accuracy.</summary>
/// <param name="Mean">Its mean over five seeds.</param>
/// <param name="Error">√(Σ(x − x̄)²/(n − 1)/n) of these.</param>
internal readonly record struct PublishedFigure(double Mean, double Error);

/// <summary>What FLamby (Terrail et al. 2022) publishes of Fed-Heart-Disease with 100 steps a round: each hospital's test accuracy, seeds
/// 42 to 46 (owkin/FLamby, edacf54d, <c>results_benchmark_fed_heart_disease</c>).</summary>
internal static class FlambysFigures
{
    private static readonly PublishedFigure[] Averaged =
        [new(0.73077, 0.00962), new(0.71910, 0.01465), new(0.65, 0.05078), new(0.64, 0.02266)];

    /// <summary>Of each method, hospital by hospital: Cleveland, Hungary, Switzerland, VA. FedProx has the figures of FedAvg.</summary>
    public static IReadOnlyList<(string Method, IReadOnlyList<PublishedFigure> Hospitals)> All { get; } =
    [
        (FlambysFedAvg, Averaged),
        (FedProx, Averaged),
        (FedAdam, [new(0.75192, 0.00769), new(0.74607, 0.00841), new(0.7375, 0.0125), new(0.66667, 0.01988)]),
    ];
}
