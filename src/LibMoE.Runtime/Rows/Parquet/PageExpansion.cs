using System.Buffers;
using Parquet.Meta;
using Snappier;
using ZstdSharp;

namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>How many bytes the library reserves for a page: two codecs go by what the compressed bytes say,
/// the others by the page's header.</summary>
internal static class PageExpansion
{
    private const int IsCompressed = 807;
    private static readonly int[] LevelBytes = [805, 806];

    /// <summary>The bytes; 0 where the page's header decides.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">Where the page starts.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="codec">What it is compressed with.</param>
    /// <param name="header">Its header.</param>
    /// <exception cref="InvalidDataException">The page cannot be decompressed.</exception>
    public static long Of(Stream file, long position, int length, CompressionCodec codec, IReadOnlyDictionary<int, long> header)
    {
        // In a page of the second version the levels lie before what is compressed.
        var levels = LevelBytes.Sum(key => header.GetValueOrDefault(key));
        if (codec is not (CompressionCodec.SNAPPY or CompressionCodec.ZSTD) || header.GetValueOrDefault(IsCompressed, 1) == 0)
        {
            return 0;
        }

        if (levels < 0 || levels > length)
        {
            throw new InvalidDataException("the levels of a page lie outside it");
        }

        var page = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            file.Position = position;
            file.ReadExactly(page, 0, length);
            var compressed = page.AsSpan((int)levels, length - (int)levels);
            return codec == CompressionCodec.SNAPPY
                ? Snappy.GetUncompressedLength(compressed)
                : (long)Math.Min(long.MaxValue, Decompressor.GetDecompressedSize(compressed));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(page);
        }
    }
}
