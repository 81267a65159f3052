using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using Parquet.Meta;

namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>
/// What a Parquet file must fulfil before its library reads it. The library trusts lengths and counts; a file that lies could make it take
/// all memory, or all time. What is allowed to every file makes the library take less than 16 MiB; more than that has to be paid for by the
/// file's size.
/// </summary>
internal static class ParquetChecks
{
    /// <summary>How much of a page is read for its header: more where it carries long texts as its least and greatest.</summary>
    private static readonly int[] HeaderBytes = [1 << 12, 1 << 16, 1 << 22];
    private const int TrailerBytes = 8;
    private const int AnyParts = 1 << 15;
    private const int BytesOfAPart = 64;

    /// <summary>The library builds its tree of fields by recursion.</summary>
    private const int MostFields = 1 << 11;

    // Field ids of Parquet's FileMetaData and PageHeader.
    private const int SchemaElements = 2;
    private const int PageKind = 1;
    private const int DictionaryPage = 2;
    private static readonly (int Kind, int Values, int Encoding)[] DataPages = [(0, 501, 502), (3, 801, 804)];
    private const int UncompressedSize = 2;
    private const int CompressedSize = 3;
    private const int DictionaryValues = 701;

    /// <summary>Of texts and bytes. Delta strings may repeat each other without end; the rest the library would write
    /// over references.</summary>
    private static readonly Encoding[] TextEncodings =
        [Encoding.PLAIN, Encoding.PLAIN_DICTIONARY, Encoding.RLE_DICTIONARY, Encoding.DELTA_LENGTH_BYTE_ARRAY];

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
        var fields = ThriftFields.Read(metadata, ThriftShape.Named("File"), AnyParts + (file.Length / BytesOfAPart), out var used);
        if (used != length)
        {
            throw new InvalidDataException($"its metadata end {length - used} bytes before they should");
        }

        if (fields.GetValueOrDefault(SchemaElements) > MostFields)
        {
            throw new InvalidDataException($"its table has {fields[SchemaElements]} fields; over {MostFields} are not taken");
        }

        file.Position = 0;
    }

    /// <summary>The pages of a column, and that the file is not read past them from here on.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rows">How many rows its group states.</param>
    /// <param name="column">The column.</param>
    /// <param name="isText">Whether its values are texts or bytes.</param>
    /// <param name="isList">Whether a row may have several values.</param>
    /// <exception cref="InvalidDataException">They do not fit into the file, or are to hold more than it can.</exception>
    public static void Pages(StrictStream file, long rows, ColumnMetaData column, bool isText, bool isList = false)
    {
        var limits = ParquetLimits.Of(file.Length);
        var count = column.NumValues;
        if (rows < 0 || count < 0 || Math.Max(rows, count) > limits.Values || (count != rows && !isList))
        {
            throw new InvalidDataException($"a group is to have {rows} rows and a column of it {count} values in {file.Length} bytes; "
                + $"at most {limits.Values} are taken");
        }

        // The same three that the library starts from.
        file.End = file.Length;
        var position = new[] { column.DictionaryPageOffset ?? 0, column.DataPageOffset, column.IndexPageOffset ?? 0 }
            .Where(offset => offset != 0).DefaultIfEmpty(0).Min();
        var end = position + column.TotalCompressedSize;
        if (position < 4 || column.TotalCompressedSize < 0 || end < position || end > file.Length)
        {
            throw new InvalidDataException("a column lies outside the file");
        }

        var (bytes, values) = (0L, 0L);
        while (position < end)
        {
            var fields = Header(file, position, end - position, out var length);
            var (compressed, uncompressed) = (fields.GetValueOrDefault(CompressedSize, -1), fields.GetValueOrDefault(UncompressedSize, -1));
            if (compressed < 0 || compressed > end - position - length || uncompressed is < 0 or > int.MaxValue)
            {
                throw new InvalidDataException("a page lies outside its column");
            }

            values += Values(fields, limits, isText);
            bytes += Math.Max(uncompressed, PageExpansion.Of(file, position + length, (int)compressed, column.Codec, fields));
            position += length + compressed;
            if (bytes > limits.Bytes || values > limits.Values)
            {
                throw new InvalidDataException($"a column is to have {bytes} bytes and {values} values in a file of {file.Length} bytes; "
                    + $"at most {limits.Bytes} and {limits.Values} are taken");
            }
        }

        file.End = end;
    }

    /// <summary>The header of a page.</summary>
    private static IReadOnlyDictionary<int, long> Header(Stream file, long position, long most, out int length)
    {
        foreach (var bytes in HeaderBytes)
        {
            var header = ArrayPool<byte>.Shared.Rent(bytes);
            try
            {
                return ThriftFields.Read(
                    Read(file, position, header.AsSpan(0, (int)Math.Min(bytes, most))), ThriftShape.Named("Page"), AnyParts, out length);
            }
            catch (InvalidDataException) when (bytes < most && bytes != HeaderBytes[^1])
            {
                // It may be longer.
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(header);
            }
        }

        throw new UnreachableException();
    }

    /// <summary>How many values a page of data states; 0 for a dictionary.</summary>
    private static long Values(IReadOnlyDictionary<int, long> fields, ParquetLimits limits, bool isText)
    {
        var kind = fields.GetValueOrDefault(PageKind, -1);
        if (kind == DictionaryPage)
        {
            return fields.GetValueOrDefault(DictionaryValues) is var entries && entries >= 0 && entries <= limits.Values
                ? 0
                : throw new InvalidDataException($"a dictionary is to have {entries} entries; at most {limits.Values} are taken");
        }

        var page = DataPages.FirstOrDefault(known => known.Kind == kind);
        var encoding = (Encoding)fields.GetValueOrDefault(page.Encoding, -1);
        if (page.Values == 0 || (isText && !TextEncodings.Contains(encoding)))
        {
            throw new InvalidDataException(page.Values == 0
                ? "a page is neither data nor a dictionary"
                : $"its texts are encoded as {encoding}; one of {string.Join(", ", TextEncodings)} is taken");
        }

        return fields.GetValueOrDefault(page.Values) is var values && values >= 0
            ? values
            : throw new InvalidDataException("a page is to have less than no values");
    }

    private static ReadOnlySpan<byte> Read(Stream file, long position, Span<byte> target)
    {
        file.Position = position;
        file.ReadExactly(target);
        return target;
    }
}
