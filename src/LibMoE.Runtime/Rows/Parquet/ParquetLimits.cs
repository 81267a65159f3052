namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>How much a group of rows may hold. A value costs its reader some 70 bytes of memory, whatever it is.</summary>
/// <param name="Values">Rows, values of a column, or entries of its dictionary.</param>
/// <param name="Bytes">A column's bytes when decompressed.</param>
internal readonly record struct ParquetLimits(long Values, long Bytes)
{
    private const int AnyValues = 1 << 16;
    private const int BytesOfAValue = 4;
    private const int AnyBytes = 1 << 20;
    private const int Compression = 8;

    /// <summary>The limits of a file.</summary>
    /// <param name="length">How many bytes it has.</param>
    public static ParquetLimits Of(long length) => new(AnyValues + (length / BytesOfAValue), AnyBytes + (length * Compression));
}
