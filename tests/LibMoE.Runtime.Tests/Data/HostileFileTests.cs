using System.IO.Compression;
using LibMoE.Runtime.Data.Sources;
using static LibMoE.Runtime.Tests.Data.ParquetForge;

namespace LibMoE.Runtime.Tests.Data;

/// <summary>Files that would make a reader take all memory: refused by name, having taken no more than their size and 16 MiB.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const int Billion = 1_000_000_000;
    private const long Allowed = 16 << 20;
    private static readonly byte[] One = Plain("one");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_forged_without_a_lie_is_read()
    {
        Assert.Equal(["one"], Texts("a.parquet", ParquetForge.File(1, [DataPage(1, One)])));
        Assert.Equal(["one", "one", "two"], Texts("a.parquet", ParquetForge.File(
            3, [Dictionary(2, Plain("one", "two")), DataPage(2, [1, 4, 0], encoding: 8), DataPage(1, [1, 2, 1], encoding: 8)])));
        Assert.Equal(["one"], Texts(
            "a.parquet", ParquetForge.File(1, [DataPage(1, Snappy(One.Length, One), uncompressed: One.Length)], codec: 1)));
        Assert.Equal(["one"], Texts(
            "a.parquet", ParquetForge.File(1, [DataPage(1, ZstdRaw(One.Length, One), uncompressed: One.Length)], codec: 6)));
    }

    public static TheoryData<string, string> Lies => new()
    {
        { "a page's header", "a column is to have 1000000000 bytes and 1 values" },
        { "a Snappy page", "a column is to have 1000000000 bytes and 1 values" },
        { "a Zstandard page", "a column is to have 1000000000 bytes and 1 values" },
        { "the rows of a group", "a group is to have 1000000000 rows" },
        { "the values of a page", "a column is to have 7 bytes and 1000000000 values" },
        { "the values of a column", "a group is to have 1 rows and a column of it 2 values" },
        { "the entries of a dictionary", "a dictionary is to have 1000000000 entries" },
        { "texts that repeat a dictionary", "the texts of a group are over 1024 times the file" },
        { "delta strings", "its texts are encoded as DELTA_BYTE_ARRAY; one of PLAIN, PLAIN_DICTIONARY, RLE_DICTIONARY, "
            + "DELTA_LENGTH_BYTE_ARRAY is taken" },
        { "numbers over texts", "its texts are encoded as RLE; one of" },
        { "a page behind the column", "it is read past its end" },
        { "pages from elsewhere", "a column lies outside the file" },
        { "metadata of empty structures", "its metadata have over " },
        { "a table of many fields", "its table has 10001 fields; over 2048 are not taken" },
        { "a field twice", "its metadata have a field twice" },
        { "a structure that is not known", "its metadata have a structure where none is known" },
        { "a field of 17 bits", "its metadata have a field 65539, which no 16 bits can name" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_parquet_file_that_lies_is_refused_within_its_size_and_16_MiB(string lie, string rule)
    {
        var path = _folder.Write("a.parquet", Forged(lie));
        Refusal(path); // What the library loads at its first use is not the file's.

        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Refusal(path);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Contains($"this is not a readable Parquet file ({rule}", message, StringComparison.Ordinal);
        Assert.InRange(taken, 0, new FileInfo(path).Length + Allowed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_most_that_a_small_parquet_file_may_hold_takes_less_than_16_MiB(int length)
    {
        // As many values as are allowed to any file, and as many bytes as their lengths leave.
        var values = 1 << 16;
        var dictionary = Plain([.. Enumerable.Repeat(new string('x', length), values)]);
        byte[] compressed = Zeros(dictionary);
        var path = _folder.Write(
            "a.parquet", ParquetForge.File(values, [DataPage(values, compressed, uncompressed: dictionary.Length)], codec: 2));
        Texts(path);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var _ in Documents(path))
        {
            break;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1 << 20, new FileInfo(path).Length + Allowed);
    }

    [Fact]
    public void A_compressed_line_without_an_end_is_refused_within_its_size_and_16_MiB()
    {
        var path = _folder.Write("bomb.jsonl.gz", Bomb(100 << 20));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Refusal(path);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal($"The corpus file {path}, line 1, cannot be used: the line is longer than 8 MiB.", message);
        Assert.InRange(taken, 0, new FileInfo(path).Length + Allowed);
    }

    [Fact]
    public void A_compressed_text_without_an_end_is_read_a_document_at_a_time()
    {
        var path = _folder.Write("bomb.txt.gz", Bomb(50 << 20));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (characters, most) = (0L, 0L);
        foreach (var document in Documents(path))
        {
            characters += document.Text.Length;
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.Equal(50 << 20, characters);
        Assert.InRange(most, 1, Allowed);
    }

    private static byte[] Forged(string lie) => lie switch
    {
        "a page's header" => ParquetForge.File(1, [DataPage(1, One, uncompressed: Billion)]),
        "a Snappy page" => ParquetForge.File(1, [DataPage(1, Snappy(Billion, One), uncompressed: One.Length)], codec: 1),
        "a Zstandard page" => ParquetForge.File(1, [DataPage(1, ZstdRaw(Billion, One), uncompressed: One.Length)], codec: 6),
        "the rows of a group" => ParquetForge.File(Billion, [DataPage(1, One)]),
        "the values of a page" => ParquetForge.File(1, [DataPage(Billion, One)]),
        "the values of a column" => ParquetForge.File(1, [DataPage(1, One)], more: (5, I64(2))),
        "the entries of a dictionary" => ParquetForge.File(1, [Dictionary(Billion, One), DataPage(1, [1, 2, 0], encoding: 8)]),
        "texts that repeat a dictionary" => ParquetForge.File(
            60_000, [Dictionary(1, Plain(new string('x', 1 << 19))), DataPage(60_000, [0], encoding: 8)]),
        "delta strings" => ParquetForge.File(1, [DataPage(1, One, encoding: 7)]),
        "numbers over texts" => ParquetForge.File(1, [DataPage(1, One, encoding: 3)]),
        "a page behind the column" => ParquetForge.File(
            2, [DataPage(1, One)], hidden: Bytes(DataPage(1, Snappy(Billion, One), uncompressed: Billion))),
        "pages from elsewhere" => ParquetForge.File(1, [DataPage(1, One)], more: (10, I64(2))),
        "metadata of empty structures" => ParquetForge.File([], Struct((4, List([.. Enumerable.Repeat(Struct(), 200_000)])))),
        "a table of many fields" => ParquetForge.File(
            [], Struct((2, List([.. Enumerable.Repeat(Struct((4, Text("f")), (5, I32(1))), 10_001)])), (3, I64(0)))),
        "a structure that is not known" => ParquetForge.File([], Struct((3, I64(0)), (40, Struct((1, Text("\x19\xf8\xff\xff\xff\xff")))))),
        "a field twice" => ParquetForge.File(1, [new Page(Struct((1, I32(0)), (2, I32(7)), (3, I32(7)), (3, I32(7))), One)]),
        _ => ParquetForge.File(1, [new Page(Struct((1, I32(0)), (2, I32(7)), (3, I32(7)), (65536 + 3, I32(Billion))), One)]),
    };

    /// <summary>A literal of Snappy's, behind the length that it is to have.</summary>
    private static byte[] Snappy(int length, byte[] content) => [.. Varint((ulong)length), (byte)((content.Length - 1) << 2), .. content];

    /// <summary>A frame of Zstandard's with one raw block, behind the length that it is to have.</summary>
    private static byte[] ZstdRaw(int length, byte[] content) =>
        [0x28, 0xB5, 0x2F, 0xFD, 0xA0, .. BitConverter.GetBytes(length), (byte)((content.Length << 3) | 1), 0, 0, .. content];

    private static byte[] Zeros(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return bytes.ToArray();
    }

    /// <summary>One line of blanks, and no end.</summary>
    private static byte[] Bomb(int length)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize))
        {
            var block = new byte[1 << 20];
            Array.Fill(block, (byte)' ');
            for (var written = 0; written < length; written += block.Length)
            {
                gzip.Write(block);
            }
        }

        return bytes.ToArray();
    }

    private static IEnumerable<Document> Documents(string path) => new FileSource([path], "text").Read();

    private static List<string> Texts(string path) => [.. Documents(path).Select(document => document.Text)];

    private List<string> Texts(string name, byte[] content) => Texts(_folder.Write(name, content));

    private static string Refusal(string path) => Assert.Throws<ConfigurationException>(() => Texts(path)).Message;
}
