using System.Buffers.Binary;
using System.IO.Compression;
using LibMoE.Runtime;

namespace Images;

/// <summary>Images and labels as MNIST has them, <c>train-images-idx3-ubyte.gz</c> and <c>train-labels-idx1-ubyte.gz</c>.</summary>
internal static class IdxFile
{
    private const string OfImages = "-images-idx3-ubyte.gz";
    private const string OfLabels = "-labels-idx1-ubyte.gz";

    /// <summary>A set that was cut into parts, such as <c>train0</c> and <c>train1</c>; null where a file of them is in none of the data
    /// folders.</summary>
    public static GreyImages? Find(DataCache data, string folder, params string[] parts)
    {
        List<string> images = [.. parts.Select(part => data.Find($"{folder}/{part}{OfImages}")).OfType<string>()];
        List<string> labels = [.. parts.Select(part => data.Find($"{folder}/{part}{OfLabels}")).OfType<string>()];
        return images.Count == parts.Length && labels.Count == parts.Length ? Read(images, labels) : null;
    }

    /// <summary>A set in its two files.</summary>
    public static GreyImages Read((string Images, string Labels) paths) => Read([paths.Images], [paths.Labels]);

    private static GreyImages Read(IReadOnlyList<string> images, IReadOnlyList<string> labels) => new(
        [.. images.SelectMany(path => Bytes(path, magic: 0x803, header: 16))],
        [.. labels.SelectMany(path => Bytes(path, magic: 0x801, header: 8))],
        string.Join(", ", images));

    private static ArraySegment<byte> Bytes(string path, int magic, int header)
    {
        using var unzipped = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        unzipped.CopyTo(memory);
        var all = memory.ToArray();
        return all.Length >= header && BinaryPrimitives.ReadInt32BigEndian(all) == magic
            ? new ArraySegment<byte>(all, header, all.Length - header)
            : throw new InvalidDataException($"{path} is no IDX file of bytes with the magic number 0x{magic:x}.");
    }
}
