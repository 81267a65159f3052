using System.Buffers.Binary;
using System.IO.Compression;
using Domains;
using LibMoE.Runtime;

namespace Images;

/// <summary>Grey images by name. Files are looked for in the data folders.</summary>
internal static class ImageSets
{
    public const string Default = "fashion";

    /// <summary>Fashion-MNIST with a tenth of the labels, for a student whose teacher had them all.</summary>
    private const string FewLabels = "fashion-1000";

    private static readonly (string Name, Func<DataFiles, ClassifierData> Load)[] Named =
    [
        (Default, files => Fashion(files, 1000)), (FewLabels, files => Fashion(files, 100)), ("digits", Digits), ("pneumonia", Pneumonia),
    ];

    private static readonly string[] Garments =
        ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"];

    public static string Names => string.Join(", ", Named.Select(set => set.Name));

    public static ClassifierData Load(string? name)
    {
        var load = Named.FirstOrDefault(set => set.Name == (string.IsNullOrEmpty(name) ? Default : name)).Load
            ?? throw new ConfigurationException($"Images is '{name}'; it must be one of {Names}.");
        return load(new DataFiles()) with
        {
            Baselines = [("nearest neighbours", data => NearestNeighbours.Predict(data))],
        };
    }

    /// <summary>What was asked for of a set.</summary>
    public static IReadOnlyList<ICriterion> Criteria(string? name) => name switch
    {
        null or "" or Default => [new Criterion("accuracy", 0.88)],
        "pneumonia" => [new Criterion("auroc", 0.94), new Criterion("calibration error", 0.05)],
        _ => [new Criterion("accuracy", Bar: null, "nearest neighbours")],
    };

    /// <summary>Fashion-MNIST (Xiao et al. 2017): the first images of each kind to learn from and 200 to be measured by.</summary>
    private static ClassifierData Fashion(DataFiles files, int each)
    {
        const string Origin =
            "install Debian's dataset-fashion-mnist, or take the four idx.gz files of github.com/zalandoresearch/fashion-mnist";
        return new ClassifierData(
            "Fashion-MNIST", Garments,
            Idx(files, "fashion_mnist", ["train", "train0", "train1"], Origin, each),
            Idx(files, "fashion_mnist", ["test", "t10k"], Origin, each: 200));
    }

    /// <summary>PneumoniaMNIST (Yang et al. 2023): chest X-rays of children. Not for clinical use.</summary>
    private static ClassifierData Pneumonia(DataFiles files)
    {
        const string Origin = "take pneumoniamnist.npz of medmnist.com and write its arrays as idx.gz files";
        return new ClassifierData(
            "PneumoniaMNIST", ["normal", "pneumonia"],
            Idx(files, "pneumonia_mnist", ["train", "train0", "train1"], Origin),
            Idx(files, "pneumonia_mnist", ["test"], Origin));
    }

    /// <summary>Handwritten digits of UCI, 8 by 8 pixels, as scikit-learn has them; the last third is held out, by other writers.</summary>
    private static ClassifierData Digits(DataFiles files)
    {
        const string Url = "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.2.1/sklearn/datasets/data/digits.csv.gz";
        var path = files.Require(
            [new("digits/digits.csv.gz") { Url = Url, Sha256 = "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a" }],
            $"download {Url}");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        List<int[]> rows = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(',').Select(int.Parse).ToArray())];
        return new ClassifierData(
            "UCI digits", [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")], Part(rows[..1198]), Part(rows[1198..]));

        static LabelledRows Part(List<int[]> rows) => new(
            [.. rows.SelectMany(row => row[..64]).Select(pixel => pixel / 8f - 1)], [1, 8, 8], [.. rows.Select(row => row[64])]);
    }

    /// <summary>IDX files, <c>train-images-idx3-ubyte.gz</c> with its labels, which may be cut into <c>train0-</c> and
    /// <c>train1-</c>.</summary>
    private static LabelledRows Idx(DataFiles files, string folder, string[] parts, string origin, int each = int.MaxValue)
    {
        const string Ending = "-images-idx3-ubyte.gz";
        List<string> found = [.. parts.Select(part => files.Cache.Find($"{folder}/{part}{Ending}")).OfType<string>()];
        if (found.Count == 0)
        {
            found = [files.Require([new($"{folder}/{parts[0]}{Ending}")], origin)];
        }

        byte[] labels = [.. found.SelectMany(path =>
            Bytes(path.Replace("-images-idx3-", "-labels-idx1-", StringComparison.Ordinal), magic: 0x801, header: 8))];
        byte[] pixels = [.. found.SelectMany(path => Bytes(path, magic: 0x803, header: 16))];
        var size = pixels.Length / labels.Length;
        int[] kept = [.. labels.Index().GroupBy(image => image.Item).SelectMany(kind => kind.Take(each))
            .Select(image => image.Index).Order()];
        return new LabelledRows(
            [.. kept.SelectMany(image => pixels.AsSpan(image * size, size).ToArray()).Select(pixel => pixel / 127.5f - 1)],
            [1, (long)Math.Sqrt(size), (long)Math.Sqrt(size)],
            [.. kept.Select(image => (int)labels[image])]);
    }

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
