namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>A panel of b where it lies in the matrix.</summary>
/// <param name="start">Its first number.</param>
/// <param name="stride">The length of the matrix's stored rows.</param>
/// <param name="transposed">Whether its columns are rows of the matrix.</param>
internal readonly unsafe struct StoredPanel(float* start, int stride, bool transposed)
{
    public float* Start { get; } = start;

    public int Stride { get; } = stride;

    public bool Transposed { get; } = transposed;

    /// <summary>The panel that many rows and columns of b further on.</summary>
    public StoredPanel At(int rows, int columns) => Transposed
        ? new(Start + (long)columns * Stride + rows, Stride, true)
        : new(Start + (long)rows * Stride + columns, Stride, false);

    public void Pack(int columns, int depth, float* panel)
    {
        if (Transposed)
        {
            Panel.PackTransposed(Start, Stride, columns, depth, panel);
        }
        else
        {
            Panel.Pack(Start, Stride, columns, depth, panel);
        }
    }
}
