using System.IO.Compression;
using Domains;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Images;

/// <summary>Grey images by name; files come from the data folders or their pinned addresses.</summary>
internal static class ImageSets
{
    public const string Default = "fashion";

    /// <summary>Fashion-MNIST with a tenth of the labels, for a student whose teacher had them all.</summary>
    public const string FewLabels = "fashion-1000";

    /// <summary>Chest X-rays.</summary>
    public const string Chests = "pneumonia";

    private static readonly (string Name, Func<DataFiles, ClassifierData> Load)[] Named =
    [
        (Default, files => Fashion(files, 1000)), (FewLabels, files => Fashion(files, 100)), ("digits", Digits), (Chests, Pneumonia),
    ];

    private static readonly string[] Garments =
        ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"];

    public static string Names => string.Join(", ", Named.Select(set => set.Name));

    /// <summary>Reads a set.</summary>
    /// <param name="name">One of <see cref="Names"/>; null or nothing is <see cref="Default"/>.</param>
    /// <param name="files">Looks for the files, and fetches them; null takes this user's folders.</param>
    /// <exception cref="ConfigurationException">There is no such set, or it is nowhere.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static ClassifierData Load(string? name, DataFiles? files = null)
    {
        var load = Named.FirstOrDefault(set => set.Name == (string.IsNullOrEmpty(name) ? Default : name)).Load
            ?? throw new ConfigurationException($"Images is '{name}'; it must be one of {Names}.");
        var data = load(files ?? new DataFiles());
        return data with
        {
            Baselines =
            [
                ("nearest neighbours", one => NearestNeighbours.Predict(one)),
                .. data.Classes.Count == 2 ? [("logistic regression", one => LogisticRegression.Predict(one))]
                    : Array.Empty<(string, Func<ClassifierData, Tensor>)>(),
            ],
        };
    }

    /// <summary>Fashion-MNIST (Xiao et al. 2017): the first images of each kind to learn from and 200 to be measured by.</summary>
    private static ClassifierData Fashion(DataFiles files, int each)
    {
        var train = IdxFile.Find(files.Cache, FashionFiles.Folder, "train0", "train1")
            ?? IdxFile.Read(FashionFiles.Require(files, FashionFiles.Train));
        var test = IdxFile.Find(files.Cache, FashionFiles.Folder, "test") ?? IdxFile.Read(FashionFiles.Require(files, FashionFiles.Test));
        return new ClassifierData("Fashion-MNIST", Garments, train.First(each).Rows(), test.First(each: 200).Rows());
    }

    /// <summary>PneumoniaMNIST (Yang et al. 2023): chest X-rays of children. Not for clinical use. Eight images of the official validation
    /// part are among those to learn from.</summary>
    private static ClassifierData Pneumonia(DataFiles files)
    {
        const string Folder = "pneumonia_mnist";
        const string Url = "https://zenodo.org/records/10519652/files/pneumoniamnist.npz";
        var archive = new Lazy<string>(() => files.Require(
            [new($"{Folder}/pneumoniamnist.npz")
            {
                Url = Url, Sha256 = "e1792d3f03751cb101e99f19a63b3c1941436c988665f47853417b05be250cd8",
            }],
            $"download {Url}"));
        return new ClassifierData(
            "PneumoniaMNIST", ["normal", "pneumonia"], Part("train", "train0", "train1").Sorted().Rows(), Part("test", "test").Rows())
        {
            Validation = Part("val", "val").Rows(),
        };

        GreyImages Part(string name, params string[] cut) =>
            IdxFile.Find(files.Cache, Folder, cut) ?? IdxFile.Find(files.Cache, Folder, name) ?? new GreyImages(
                NpzFile.Bytes(archive.Value, name + "_images"), NpzFile.Bytes(archive.Value, name + "_labels"), archive.Value);
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
}
