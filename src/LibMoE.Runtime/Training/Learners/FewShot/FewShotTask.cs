using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>N classes with K examples each to adapt to, and others to measure by: the episode of Vinyals et al. (2016).</summary>
/// <param name="Rows">The data.</param>
/// <param name="Support">Which rows are adapted to: one of each class, then a second of each, and so on.</param>
/// <param name="Query">Which rows it is measured by, in the same order of classes.</param>
/// <param name="Ways">N.</param>
internal sealed record FewShotTask(LabelledRows Rows, IReadOnlyList<int> Support, IReadOnlyList<int> Query, int Ways)
{
    /// <summary>The images of an inner step [n, ..] and their classes [n] int64: so many support examples in turn, all where there are no
    /// more.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="batch">How many at most.</param>
    /// <param name="device">Where.</param>
    public (Tensor X, Tensor Y_N) Step(int step, int batch, Device device)
    {
        var size = Math.Min(batch, Support.Count);
        return Part(Support, [.. Enumerable.Range(0, size).Select(place => (int)(((long)step * size + place) % Support.Count))], device);
    }

    /// <summary>All support examples.</summary>
    public (Tensor X, Tensor Y_N) AllSupport(Device device) => Part(Support, [.. Enumerable.Range(0, Support.Count)], device);

    /// <summary>All query examples.</summary>
    public (Tensor X, Tensor Y_N) AllQuery(Device device) => Part(Query, [.. Enumerable.Range(0, Query.Count)], device);

    private (Tensor X, Tensor Y_N) Part(IReadOnlyList<int> rows, int[] places, Device device) => (
        Rows.Batch([.. places.Select(place => rows[place])], device),
        tensor(places.Select(place => (long)(place % Ways)).ToArray(), device: device));
}
