using System.Buffers.Binary;
using System.Text;

namespace LibMoE.Runtime.Tests.Data;

/// <summary>Writes Parquet files that say whatever a test wants them to: one column of texts, in Thrift's compact protocol.</summary>
internal static class ParquetForge
{
    /// <summary>A value in Thrift's compact protocol.</summary>
    internal sealed record Thrift(int Type, byte[] Bytes);

    /// <summary>A page: its header and what follows it.</summary>
    internal sealed record Page(Thrift Header, byte[] Content);

    public static Thrift I32(long value) => new(5, Varint(ZigZag(value)));

    public static Thrift I64(long value) => new(6, Varint(ZigZag(value)));

    public static Thrift Text(string text) => new(8, [.. Varint((ulong)text.Length), .. Encoding.ASCII.GetBytes(text)]);

    public static Thrift List(params Thrift[] elements) =>
        new(9, [(byte)(0xF0 | elements[0].Type), .. Varint((ulong)elements.Length), .. elements.SelectMany(element => element.Bytes)]);

    /// <summary>Every field with its id in full, so that it may be any.</summary>
    public static Thrift Struct(params (int Id, Thrift Value)[] fields) =>
        new(12, [.. fields.SelectMany(field => (byte[])[(byte)field.Value.Type, .. Varint(ZigZag(field.Id)), .. field.Value.Bytes]), 0]);

    /// <summary>A page of data.</summary>
    public static Page DataPage(int values, byte[] content, int encoding = 0, long? uncompressed = null) => new(
        Struct((1, I32(0)), (2, I32(uncompressed ?? content.Length)), (3, I32(content.Length)),
            (5, Struct((1, I32(values)), (2, I32(encoding)), (3, I32(3)), (4, I32(3))))),
        content);

    /// <summary>A dictionary.</summary>
    public static Page Dictionary(int entries, byte[] content) =>
        new(Struct((1, I32(2)), (2, I32(content.Length)), (3, I32(content.Length)), (7, Struct((1, I32(entries)), (2, I32(0))))), content);

    /// <summary>Texts in the plain encoding.</summary>
    public static byte[] Plain(params string[] texts) =>
        [.. texts.SelectMany(text => (byte[])[.. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)])];

    /// <summary>A whole file.</summary>
    /// <param name="rows">What its group states.</param>
    /// <param name="pages">The column's pages.</param>
    /// <param name="codec">The column's codec.</param>
    /// <param name="hidden">Bytes behind the column that it does not count as its own.</param>
    /// <param name="more">Further fields of the column's metadata.</param>
    public static byte[] File(int rows, IEnumerable<Page> pages, int codec = 0, byte[]? hidden = null, params (int Id, Thrift Value)[] more)
    {
        byte[] content = [.. pages.SelectMany(Bytes)];
        (int, Thrift)[] column =
        [
            (1, I32(6)), (2, List(I32(0))), (3, List(Text("text"))), (4, I32(codec)), (5, I64(rows)), (6, I64(content.Length)),
            (7, I64(content.Length)), (9, I64(4)), .. more,
        ];
        return File([.. content, .. hidden ?? []], Struct(
            (1, I32(1)),
            (2, List(Struct((4, Text("root")), (5, I32(1))), Struct((1, I32(6)), (3, I32(0)), (4, Text("text")), (6, I32(0))))),
            (3, I64(rows)),
            (4, List(Struct((1, List(Struct((2, I64(4)), (3, Struct(column))))), (2, I64(content.Length)), (3, I64(rows)))))));
    }

    /// <summary>Metadata behind a content.</summary>
    public static byte[] File(byte[] content, Thrift metadata)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, metadata.Bytes.Length);
        return [.. "PAR1"u8, .. content, .. metadata.Bytes, .. length, .. "PAR1"u8];
    }

    public static byte[] Bytes(Page page) => [.. page.Header.Bytes, .. page.Content];

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
