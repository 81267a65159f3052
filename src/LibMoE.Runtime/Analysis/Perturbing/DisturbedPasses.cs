using System.Text.Json;
using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>Passes over the same data: the first undisturbed, then one for each disturbance. Each follows from its number, so that several
/// ranks can compute some; both phases of one are computed by one rank, because random picks are drawn on from the first to the
/// second.</summary>
/// <param name="data">The model and its data.</param>
/// <param name="disturbances">What is tried.</param>
internal sealed class DisturbedPasses(RoutedData data, IReadOnlyList<Perturbation> disturbances)
{
    /// <summary>The phase that measures losses.</summary>
    public const string Losses = "losses";

    /// <summary>The phase that answers tasks.</summary>
    public const string Answers = "answers";

    /// <summary>The model and its data.</summary>
    public RoutedData Data => data;

    /// <summary>What is tried.</summary>
    public IReadOnlyList<Perturbation> Disturbances => disturbances;

    private int[] Numbers => [.. Enumerable.Range(0, disturbances.Count + 1)];

    /// <summary>The losses of every pass.</summary>
    /// <param name="shared">Who computes; null is this process.</param>
    /// <param name="stop">Ends the work between two batches.</param>
    public IEnumerable<MeasuredPass> AllMeasured(SharedPasses? shared, CancellationToken stop) => All<MeasuredPass>(
        shared, Losses, number => Measure(number, stop), stop);

    /// <summary>The answers of every pass by task, right (1) or wrong (0).</summary>
    /// <param name="shared">Who computes; null is this process.</param>
    /// <param name="answers">Answers under a disturbance; null for none.</param>
    /// <param name="stop">Ends the work between two batches.</param>
    public IReadOnlyList<IReadOnlyDictionary<string, double[]>> AllAnswers(
        SharedPasses? shared, Func<Perturbation?, IReadOnlyDictionary<string, double[]>> answers, CancellationToken stop) =>
        [.. All<Dictionary<string, double[]>>(shared, Answers, number => Answer(number, answers), stop)];

    /// <summary>The losses of one pass.</summary>
    public byte[] Measure(int number, CancellationToken stop)
    {
        var (losses_S, scores_S) = (new List<double>(), new List<double>());
        foreach (var next in data.Batches(new MoeContext { Losses = false }, Of(number)))
        {
            stop.ThrowIfCancellationRequested();
            losses_S.AddRange(next.Losses_S);
            scores_S.AddRange(next.Scores_S ?? []);
        }

        return JsonSerializer.SerializeToUtf8Bytes(new MeasuredPass(losses_S, scores_S), RunJson.Line);
    }

    /// <summary>The answers of one pass.</summary>
    public byte[] Answer(int number, Func<Perturbation?, IReadOnlyDictionary<string, double[]>> answers) =>
        JsonSerializer.SerializeToUtf8Bytes(answers(Of(number)), RunJson.Line);

    private Perturbation? Of(int number) => number == 0 ? null : disturbances[number - 1];

    private IEnumerable<T> All<T>(SharedPasses? shared, string phase, Func<int, byte[]> compute, CancellationToken stop) =>
        (shared?.Invoke(phase, Numbers, compute, stop) ?? Numbers.Select(compute))
            .Select(bytes => JsonSerializer.Deserialize<T>(bytes, RunJson.Line)!);
}

/// <summary>What a pass over the data came to.</summary>
/// <param name="Losses_S">The loss of each sequence or example.</param>
/// <param name="Scores_S">The score of each; empty where there is none.</param>
internal sealed record MeasuredPass(IReadOnlyList<double> Losses_S, IReadOnlyList<double> Scores_S);
