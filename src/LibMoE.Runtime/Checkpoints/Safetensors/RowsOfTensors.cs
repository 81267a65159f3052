namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>Stored tensors of some of which only a range of rows is wanted. It does not own what it reads from.</summary>
/// <param name="whole">The stored tensors.</param>
/// <param name="rowsOf">The first row and how many, by a tensor's name; null for all of it.</param>
internal sealed class RowsOfTensors(ITensorSource whole, Func<string, (long First, long Count)?> rowsOf) : ITensorSource
{
    /// <inheritdoc/>
    public string Path => whole.Path;

    /// <inheritdoc/>
    public IReadOnlyList<TensorLayout> Tensors => [.. whole.Tensors.Select(Cut)];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => whole.Metadata;

    /// <inheritdoc/>
    public TensorLayout? Find(string name) => whole.Find(name) is { } layout ? Cut(layout) : null;

    /// <inheritdoc/>
    public void ReadBytes(string name, long offset, Span<byte> target)
    {
        var first = rowsOf(name) is { } rows && whole.Find(name) is { Shape: [> 0 and var count, ..] } layout
            ? layout.Bytes / count * rows.First
            : 0;
        whole.ReadBytes(name, first + offset, target);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>A tensor with fewer rows than wanted stays as it is: whoever reads it finds that the shape is another.</summary>
    private TensorLayout Cut(TensorLayout layout) =>
        rowsOf(layout.Name) is { } rows && layout.Shape.Count > 0 && rows.First + rows.Count <= layout.Shape[0]
            ? new TensorLayout(layout.Name, layout.DType, [rows.Count, .. layout.Shape.Skip(1)])
            : layout;
}
