using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Examples of one shape, each of one class and perhaps of one group.</summary>
public sealed class LabelledRows
{
    private readonly float[] _values;
    private readonly int _width;

    /// <summary>Takes examples.</summary>
    /// <param name="values">All numbers, example by example, which are not copied.</param>
    /// <param name="shape">The shape of one example.</param>
    /// <param name="labels">The class of each, from 0.</param>
    /// <param name="groups">The group of each, from 0; null where there are none.</param>
    /// <exception cref="ArgumentException">The lists do not fit each other.</exception>
    public LabelledRows(float[] values, IReadOnlyList<long> shape, IReadOnlyList<int> labels, IReadOnlyList<int>? groups = null)
    {
        (_values, Shape, Labels, Groups) = (values, shape, labels, groups);
        _width = checked((int)shape.Aggregate(1L, (product, size) => product * size));
        if (values.Length != labels.Count * _width || groups is not null && groups.Count != labels.Count)
        {
            throw new ArgumentException(
                $"{labels.Count} labels of examples [{string.Join(", ", shape)}] need {(long)labels.Count * _width} values, and a "
                + $"group each where there are groups; there are {values.Length} and {groups?.Count ?? 0}.",
                nameof(values));
        }
    }

    /// <summary>The shape of one example.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The class of each.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The group of each; null where there are none.</summary>
    public IReadOnlyList<int>? Groups { get; }

    /// <summary>How many there are.</summary>
    public int Count => Labels.Count;

    /// <summary>The numbers of all examples.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Some of them.</summary>
    /// <param name="rows">Which, in order.</param>
    /// <param name="device">Where; null is the processor.</param>
    /// <returns>[N, ..].</returns>
    public Tensor Batch(IReadOnlyList<int> rows, Device? device = null)
    {
        var values = new float[rows.Count * _width];
        foreach (var (place, row) in rows.Index())
        {
            _values.AsSpan(row * _width, _width).CopyTo(values.AsSpan(place * _width));
        }

        // In memory of libtorch's own: where an array of .NET begins varies, and the last bits of a matrix product with it.
        using var made = tensor(values, [rows.Count, .. Shape]);
        return made.to(device ?? CPU, copy: true);
    }

    /// <summary>These and then others of the same shape; of groups, where both have them.</summary>
    internal LabelledRows And(LabelledRows others) => new(
        [.. _values, .. others._values], Shape, [.. Labels, .. others.Labels],
        Groups is null || others.Groups is null ? null : [.. Groups, .. others.Groups]);

    /// <summary>All of them as rows of numbers.</summary>
    /// <returns>float64 [N, F].</returns>
    public Tensor Table() => tensor(_values, [Count, _width], dtype: ScalarType.Float64);
}
