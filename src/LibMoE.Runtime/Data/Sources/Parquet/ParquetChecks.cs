using System.Buffers.Binary;
using Parquet.Meta;

namespace LibMoE.Runtime;

/// <summary>
/// What a Parquet file must fulfil before its library reads it. The library trusts lengths and counts; a file that lies could make it take
/// all memory, or all time.
/// </summary>
internal static class ParquetChecks
{
    /// <summary>The text of a group of rows may be so many times the file's size, beside <see cref="AnyText"/>.</summary>
    private const int Compression = 8;
    private const long AnyText = 2L << 20;
    private const int AnyRows = 1 << 20;
    private const int LongestHeader = 1 << 16;
    private const int TrailerBytes = 8;

    // Field ids of Parquet's PageHeader.
    private const int UncompressedSize = 2;
    private const int CompressedSize = 3;
    private static readonly int[] s_valueCounts = [501, 701, 801];

    /// <summary>The frame of the file and the form of its metadata.</summary>
    /// <exception cref="InvalidDataException">Something is wrong with them.</exception>
    public static void Footer(Stream file)
    {
        var magic = "PAR1"u8;
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        Span<byte> start = stackalloc byte[4];
        if (file.Length < start.Length + TrailerBytes)
        {
            throw new InvalidDataException("it is too short");
        }

        Read(file, 0, start);
        Read(file, file.Length - TrailerBytes, trailer);
        if (!start.SequenceEqual(magic) || !trailer[4..].SequenceEqual(magic))
        {
            throw new InvalidDataException("it does not begin and end with PAR1");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (length > file.Length - start.Length - TrailerBytes)
        {
            throw new InvalidDataException($"its metadata are to have {length} bytes, which it is too short for");
        }

        var metadata = new byte[length];
        Read(file, file.Length - TrailerBytes - length, metadata);
        ThriftFields.Read(metadata, ThriftShape.Named("File"), out var used);
        if (used != length)
        {
            throw new InvalidDataException($"its metadata end {length - used} bytes before they should");
        }

        file.Position = 0;
    }

    /// <summary>The pages of a column.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rows">How many rows its group states.</param>
    /// <param name="column">The column.</param>
    /// <exception cref="InvalidDataException">They do not fit into the file, or are to hold more than it can.</exception>
    public static void Pages(Stream file, long rows, ColumnMetaData column)
    {
        if (rows < 0 || rows > AnyRows + (file.Length / Compression))
        {
            throw new InvalidDataException($"a group is to have {rows} rows in {file.Length} bytes");
        }

        var position = column.DictionaryPageOffset is > 0 and { } dictionary ? Math.Min(dictionary, column.DataPageOffset) : column.DataPageOffset;
        var end = position + column.TotalCompressedSize;
        if (position < 4 || column.TotalCompressedSize < 0 || end < position || end > file.Length)
        {
            throw new InvalidDataException("a column lies outside the file");
        }

        var (text, values) = (0L, 0L);
        var header = new byte[(int)Math.Min(LongestHeader, column.TotalCompressedSize)];
        while (position < end)
        {
            var fields = ThriftFields.Read(Read(file, position, header.AsSpan(0, (int)Math.Min(header.Length, end - position))), ThriftShape.Named("Page"), out var length);
            var (compressed, uncompressed) = (fields.GetValueOrDefault(CompressedSize, -1), fields.GetValueOrDefault(UncompressedSize, -1));
            var count = s_valueCounts.Max(key => fields.GetValueOrDefault(key));
            if (compressed < 0 || compressed > end - position - length || uncompressed < 0 || count < 0)
            {
                throw new InvalidDataException("a page lies outside its column");
            }

            (position, text, values) = (position + length + compressed, text + uncompressed, values + count);
            if (text > AnyText + (Compression * file.Length) || values > 2 * (AnyRows + (file.Length / Compression)))
            {
                throw new InvalidDataException($"a column is to have {text} bytes and {values} values in a file of {file.Length} bytes; texts compressed to less than 1/{Compression} are not taken");
            }
        }
    }

    private static ReadOnlySpan<byte> Read(Stream file, long position, Span<byte> target)
    {
        file.Position = position;
        file.ReadExactly(target);
        return target;
    }
}
