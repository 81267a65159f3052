namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>A matrix in memory, as it lies or transposed.</summary>
/// <param name="start">Its first number.</param>
/// <param name="nextRow">Numbers from one row to the next.</param>
/// <param name="nextDepth">Numbers from one column to the next.</param>
internal readonly unsafe struct Strided(float* start, int nextRow, int nextDepth)
{
    public float* Pointer { get; } = start;

    public int NextRow { get; } = nextRow;

    public int NextDepth { get; } = nextDepth;

    /// <summary>The matrix without its first rows.</summary>
    public Strided Row(int row) => new(Pointer + (long)row * NextRow, NextRow, NextDepth);
}
