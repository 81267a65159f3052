namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>A tensor and its place in the data of a file.</summary>
/// <param name="Layout">Its name, element type and shape.</param>
/// <param name="Begin">Its first byte, from the start of the data.</param>
internal readonly record struct TensorSpan(TensorLayout Layout, long Begin)
{
    /// <summary>The byte after its last one.</summary>
    public long End => Begin + Layout.Bytes;
}
