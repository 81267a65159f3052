using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime;

namespace Federated;

/// <summary>UCI Heart Disease (Janosi et al. 1988) of four hospitals, as FLamby has it (Terrail et al. 2022): 13 columns of the first ten,
/// rows without a gap in these, standardised by the training rows of the hospital itself, or of all where data are pooled.</summary>
internal sealed class Hospitals
{
    public const string Default = "cleveland";

    private const string Uci = "https://archive.ics.uci.edu/ml/machine-learning-databases/heart-disease/";

    private static readonly int[] Numbers = [0, 1, 3, 4, 5, 7, 8, 9];

    private static readonly (string Name, string Sha256)[] Files =
    [
        ("cleveland", "a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8"),
        ("hungarian", "d1ad108f785768cd3d7e82dc522e6f5a61eea93cccfb3a46ee8076f73fc3d796"),
        ("switzerland", "834a405ccf5b66ab4056bb77794adc8df0b7125186454c0a1d002d33c6c3b314"),
        ("va", "e7c93d8d0d2acdadfa4c5e8de768e2191e7f618b952e29623f1f0d5949ff6b8f"),
    ];

    private Hospitals(bool isFlambys, IReadOnlyList<ClassifierData> each, ClassifierData pooled) =>
        (IsFlambys, Each, Pooled) = (isFlambys, each, pooled);

    /// <summary>The names, in FLamby's order.</summary>
    public static string Names => string.Join(", ", Files.Select(file => file.Name));

    /// <summary>Whether the test rows are FLamby's; else every third row is held out.</summary>
    public bool IsFlambys { get; }

    /// <summary>Each hospital's own.</summary>
    public IReadOnlyList<ClassifierData> Each { get; }

    /// <summary>All in one place; test rows hospital by hospital.</summary>
    public ClassifierData Pooled { get; }

    /// <summary>Reads the data of one hospital; an empty name is the first's.</summary>
    /// <exception cref="ConfigurationException">There is no hospital of that name.</exception>
    public static ClassifierData Of(string? name, Lazy<Hospitals> all)
    {
        var wanted = string.IsNullOrEmpty(name) ? Default : name;
        return Files.Any(file => file.Name == wanted)
            ? all.Value.Each.Single(data => data.Name == wanted)
            : throw new ConfigurationException($"Hospital is '{name}'; it must be one of {Names}.");
    }

    public static Hospitals Load()
    {
        var files = new DataFiles();
        var split = files.Cache.Find("fed_heart/flamby_split.json") is { } rows ? JsonDocument.Parse(File.ReadAllText(rows)) : null;
        var parts = Files.Select(file =>
        {
            var (name, url) = ($"processed.{file.Name}.data", $"{Uci}processed.{file.Name}.data");
            var path = files.Require([new($"fed_heart/{name}") { Url = url, Sha256 = file.Sha256 }], $"download {url}");
            var held = split?.RootElement.GetProperty(file.Name).GetProperty("test").EnumerateArray()
                .Select(row => row.GetInt32()).ToHashSet();
            var known = File.ReadLines(path).Select(line => line.Split(',', StringSplitOptions.TrimEntries))
                .Where(field => field.Length == 14 && !field.AsSpan(0, 10).Contains("?")).Select(Row).ToList();
            bool IsHeld(int row) => held?.Contains(row) ?? row % 3 == 2;
            return (Train: known.Where((_, row) => !IsHeld(row)).ToList(), Test: known.Where((_, row) => IsHeld(row)).ToList());
        }).ToList();
        return new Hospitals(
            split is not null,
            [.. parts.Zip(Files, (part, file) => Data(file.Name, part.Train, part.Test))],
            Data("all hospitals", [.. parts.SelectMany(part => part.Train)], [.. parts.SelectMany(part => part.Test)]));
    }

    /// <summary>Numbers as they are; of the kinds of chest pain and of ECG at rest each but the first as a column.</summary>
    private static (double[] Values, int Label) Row(string[] field)
    {
        double Number(int column) => double.Parse(field[column], CultureInfo.InvariantCulture);
        double Is(int column, int kind) => Number(column) == kind ? 1 : 0;
        double[] values = [.. Numbers.Select(Number), Is(2, 2), Is(2, 3), Is(2, 4), Is(6, 1), Is(6, 2)];
        return (values, Number(13) > 0 ? 1 : 0);
    }

    private static ClassifierData Data(string name, List<(double[] Values, int Label)> train, List<(double[] Values, int Label)> test)
    {
        var columns = train[0].Values.Length;
        var scales = Enumerable.Range(0, columns).Select(column =>
        {
            var mean = train.Average(row => row.Values[column]);
            var squares = train.Sum(row => (row.Values[column] - mean) * (row.Values[column] - mean));
            return (Mean: mean, Deviation: Math.Sqrt(squares / (train.Count - 1)) + 1e-9);
        }).ToList();
        LabelledRows Rows(List<(double[] Values, int Label)> rows) => new(
            [.. rows.SelectMany(row => row.Values.Zip(scales, (value, scale) => (float)((value - scale.Mean) / scale.Deviation)))],
            [columns], [.. rows.Select(row => row.Label)]);
        return new ClassifierData(name, ["well", "ill"], Rows(train), Rows(test));
    }
}
