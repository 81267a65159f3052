using System.IO.Compression;
using System.Text;
using LibMoE.Runtime.Data.Sources;
using Parquet;
using Parquet.Serialization;

namespace LibMoE.Fuzz.Targets;

/// <summary>Files of a corpus, in every format.</summary>
internal static class Documents
{
    public static IEnumerable<byte[]> TextSeeds() =>
        new[] { "One.\n\nTwo é.\n\nThree 🙂.", "\uFEFFone\r\ntwo\rthree\n", "x" }.Select(Encoding.UTF8.GetBytes);

    public static IEnumerable<byte[]> JsonSeeds() =>
        new[] { "{\"text\":\"one\",\"id\":1}\n{\"text\":\"tw\\u00f6\\n\"}\n", "{\"id\":[1,{\"a\":null}],\"text\":\"\"}\r\n\n{\"text\":3}" }
            .Select(Encoding.UTF8.GetBytes);

    public static IEnumerable<byte[]> ParquetSeeds()
    {
        foreach (var compression in new[] { CompressionMethod.None, CompressionMethod.Snappy, CompressionMethod.Gzip })
        {
            using var stream = new MemoryStream();
            Row[] rows = [new() { text = "one", id = 1 }, new() { text = "two é", id = 2 }];
            ParquetSerializer.SerializeAsync(rows, stream, new ParquetOptions { CompressionMethod = compression }).GetAwaiter().GetResult();
            yield return stream.ToArray();
        }
    }

    public static Func<IEnumerable<byte[]>> GzipSeeds(Func<IEnumerable<byte[]>> seeds) => () => seeds().Select(seed =>
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal))
        {
            gzip.Write(seed);
        }

        return memory.ToArray();
    });

    /// <summary>Reads all documents of a file.</summary>
    public static void Read(string name, byte[] bytes)
    {
        foreach (var document in new FileSource([Scratch.Write(name, bytes)], "text").Read())
        {
            // What is read is text: it survives UTF-8.
            if (document.Text.Length == 0 || Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(document.Text)) != document.Text)
            {
                throw new InvalidDataException("a document is no text");
            }
        }
    }

    internal sealed class Row
    {
        public string? text { get; set; }

        public int id { get; set; }
    }
}
