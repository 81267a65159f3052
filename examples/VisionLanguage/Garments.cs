using System.Buffers.Binary;
using System.IO.Compression;
using LibMoE.Runtime;

namespace VisionLanguage;

/// <summary>Fashion-MNIST (Xiao et al. 2017): photographs of garments, 28 by 28 pixels in grey, of ten kinds.</summary>
internal sealed class Garments
{
    /// <summary>Pixels of a side.</summary>
    public const int Side = 28;

    private const string Folder = "fashion_mnist";
    private const int PixelsMagic = 0x803;
    private const int LabelsMagic = 0x801;

    private Garments(IReadOnlyList<string> pixels, IReadOnlyList<string> labels)
    {
        Kinds = [.. labels.SelectMany(path => Read(path, LabelsMagic, header: 8))];
        byte[] all = [.. pixels.SelectMany(path => Read(path, PixelsMagic, header: 16))];
        Pixels = all.Length == Kinds.Count * Side * Side
            ? all
            : throw new InvalidDataException(
                $"{string.Join(", ", pixels)} hold {all.Length} bytes; {Kinds.Count} labels need {Kinds.Count * Side * Side}.");
        OfKind = [.. Enumerable.Range(0, Names.Count)
            .Select(kind => Kinds.Index().Where(garment => garment.Item == kind).Select(garment => garment.Index).ToList())];
    }

    /// <summary>The ten kinds in the order of their labels, each one word.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"];

    /// <summary>The kind of each garment.</summary>
    public IReadOnlyList<byte> Kinds { get; }

    /// <summary>The garments of each kind.</summary>
    public IReadOnlyList<IReadOnlyList<int>> OfKind { get; }

    /// <summary>All garments, row by row, from black to white.</summary>
    public byte[] Pixels { get; }

    /// <summary>The garments to learn from and those to be measured by; null where they are in none of the data folders.</summary>
    public static (Garments Train, Garments Test)? Find(DataCache data) =>
        data.FindFolder(Folder) is { } folder && Of(folder, "train") is { } train && (Of(folder, "test") ?? Of(folder, "t10k")) is { } test
            ? (train, test)
            : null;

    /// <summary>Files may be cut into parts: <c>train-images-idx3-ubyte.gz</c>, or <c>train0-…</c>, <c>train1-…</c>.</summary>
    private static Garments? Of(string folder, string part)
    {
        string[] pixels = [.. Directory.GetFiles(folder, $"{part}*-images-idx3-ubyte.gz").Order(StringComparer.Ordinal)];
        string[] labels = [.. pixels.Select(path => path.Replace("-images-idx3-", "-labels-idx1-", StringComparison.Ordinal))];
        return pixels.Length > 0 && labels.All(File.Exists) ? new Garments(pixels, labels) : null;
    }

    private static ArraySegment<byte> Read(string path, int magic, int header)
    {
        using var file = File.OpenRead(path);
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        unzipped.CopyTo(bytes);
        var all = bytes.ToArray();
        return all.Length >= header && BinaryPrimitives.ReadInt32BigEndian(all) == magic
            ? new ArraySegment<byte>(all, header, all.Length - header)
            : throw new InvalidDataException($"{path} is no IDX file of bytes with the magic number 0x{magic:x}.");
    }
}
