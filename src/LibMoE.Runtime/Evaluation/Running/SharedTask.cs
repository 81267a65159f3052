using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Evaluation.Running;

/// <summary>Scores as ranks hand them to the first: digits and all, so that a file says the same whoever computed them.</summary>
internal static class SharedTask
{
    /// <summary>The scores of batches or questions, in their order.</summary>
    /// <param name="shared">Who computes; null is this process.</param>
    /// <param name="task">The task.</param>
    /// <param name="numbers">Which batches or questions.</param>
    /// <param name="compute">Computes one.</param>
    /// <param name="stop">Ends the work before the next one.</param>
    public static IEnumerable<IReadOnlyList<SequenceScore>> Results(
        ISharedTask? shared, EvaluationTask task, IReadOnlyList<int> numbers, Func<int, byte[]> compute, CancellationToken stop)
    {
        foreach (var bytes in shared?.Share(task, numbers, compute, stop) ?? Here())
        {
            yield return Of(bytes);
        }

        IEnumerable<byte[]> Here()
        {
            foreach (var number in numbers)
            {
                stop.ThrowIfCancellationRequested();
                yield return compute(number);
            }
        }
    }

    /// <summary>Scores as bytes.</summary>
    public static byte[] Bytes(IReadOnlyList<SequenceScore> scores) => JsonSerializer.SerializeToUtf8Bytes(
        scores.Select(score => new Line(score.LogLikelihood, score.Greedy, score.Text)), RunJson.Line);

    private static SequenceScore[] Of(byte[] bytes) =>
        [.. JsonSerializer.Deserialize<Line[]>(bytes, RunJson.Line)!.Select(line => new SequenceScore(line.Ll, line.Greedy, line.Text))];

    private sealed record Line(double Ll, bool Greedy, string? Text);
}
