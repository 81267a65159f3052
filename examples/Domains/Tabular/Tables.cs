using System.IO.Compression;
using System.Text.Json;
using Domains;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Tabular;

/// <summary>The tables by name; files come from the data folders or their pinned addresses.</summary>
internal static class Tables
{
    public const string Default = "adult";

    private const string Uci = "https://archive.ics.uci.edu/ml/machine-learning-databases/";

    private static readonly Dictionary<string, Func<DataFiles, ClassifierData>> Named = new()
    {
        [Default] = files => Adult(files, blind: false),
        ["adult-blind"] = files => Adult(files, blind: true),
        ["breast-cancer"] = BreastCancer,
        ["heart"] = Heart,
    };

    private static readonly int[] HeartNumbers = [0, 3, 4, 7, 9];
    private static readonly int[] HeartKinds = [1, 2, 5, 6, 8];

    private static readonly (string Name, string Sha256)[] Hospitals =
    [
        ("cleveland", "a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8"),
        ("hungarian", "d1ad108f785768cd3d7e82dc522e6f5a61eea93cccfb3a46ee8076f73fc3d796"),
        ("switzerland", "834a405ccf5b66ab4056bb77794adc8df0b7125186454c0a1d002d33c6c3b314"),
        ("va", "e7c93d8d0d2acdadfa4c5e8de768e2191e7f618b952e29623f1f0d5949ff6b8f"),
    ];

    public static string Names => string.Join(", ", Named.Keys);

    public static ClassifierData Load(string? name) => Named.TryGetValue(string.IsNullOrEmpty(name) ? Default : name, out var load)
        ? load(new DataFiles())
        : throw new ConfigurationException($"Table is '{name}'; it must be one of {Names}.");

    /// <summary>What is asked of a study of a table before anything is trained, and what stands beside it: of UCI Adult that gaps close,
    /// and boosted trees.</summary>
    public static IReadOnlyList<ICriterion> Criteria(string? name) =>
        string.IsNullOrEmpty(name) || name == Default ? [new BoostedTrees(), .. GapClosed.OfAdult] : [];

    /// <summary>UCI Adult (Becker and Kohavi 1996): earns more than $50,000, from the census of 1994; official training and test files.
    /// The group is the sex, which <paramref name="blind"/> hides from the model.</summary>
    private static ClassifierData Adult(DataFiles files, bool blind)
    {
        var (train, test) = Columns.Encode(
            Read("adult.data", "5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d"),
            Read("adult.test", "a2a9044bc167a35b2361efbabec64e89d69ce82d9790d2980119aac5fd7e9c05"));
        return new ClassifierData(blind ? "UCI Adult without sex" : "UCI Adult", ["at most 50K", "more"], train, test)
        {
            Groups = ["women", "men"],
            ComparesGroups = true,
            Baselines = [("majority", Majority), ("logistic regression", data => LogisticRegression.Predict(data))],
        };

        // Files as UCI has them begin with a remark, and end lines of the test in a full stop. Column 2 is a sampling weight.
        List<Row> Read(string name, string sha256) =>
        [
            .. from line in Lines(files.Require(
                   [new($"adult/{name}.gz"), new($"adult/{name}") { Url = $"{Uci}adult/{name}", Sha256 = sha256 }],
                   $"download {Uci}adult/{name}"))
               let field = Columns.Fields(line)
               where field.Length == 15
               select new Row(
                   [
                       Columns.Number(field[0]), Columns.Number(field[4]), Columns.Number(field[12]),
                       Math.Log(1 + Columns.Number(field[10])), Math.Log(1 + Columns.Number(field[11])),
                   ],
                   [field[1], field[5], field[6], field[7], field[8], .. blind ? Array.Empty<string>() : [field[9]], field[13]],
                   field[14].StartsWith('>') ? 1 : 0,
                   field[9] == "Male" ? 1 : 0),
        ];
    }

    /// <summary>Breast Cancer Wisconsin (Street et al. 1993): 30 measures of cell nuclei; every third row is held out.</summary>
    private static ClassifierData BreastCancer(DataFiles files)
    {
        const string Url = "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.2.1/sklearn/datasets/data/breast_cancer.csv";
        var path = files.Require(
            [new("breast_cancer/breast_cancer.csv")
            {
                Url = Url, Sha256 = "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
            }],
            $"download {Url}");
        List<Row> rows = [.. Lines(path).Skip(1).Select(Columns.Fields)
            .Select(field => new Row([.. field[..30].Select(Columns.Number)], [], field[30] == "0" ? 1 : 0))];
        var (train, test) = Columns.Encode(
            [.. rows.Where((_, row) => row % 3 != 2)], [.. rows.Where((_, row) => row % 3 == 2)]);
        return new ClassifierData("Breast Cancer Wisconsin", ["benign", "malignant"], train, test)
        {
            Baselines = [("majority", Majority), ("logistic regression", data => LogisticRegression.Predict(data))],
        };
    }

    /// <summary>UCI Heart Disease (Janosi et al. 1988) of four hospitals, which are the groups: the ten columns, and where
    /// <c>flamby_split.json</c> lies beside the files the test rows, of FLamby (Terrail et al. 2022); else every third row is held
    /// out.</summary>
    private static ClassifierData Heart(DataFiles files)
    {
        var split = files.Cache.Find("fed_heart/flamby_split.json") is { } rows ? JsonDocument.Parse(File.ReadAllText(rows)) : null;
        var (train, test) = (new List<Row>(), new List<Row>());
        foreach (var (group, (hospital, sha256)) in Hospitals.Index())
        {
            var file = $"processed.{hospital}.data";
            var url = $"{Uci}heart-disease/{file}";
            var held = split?.RootElement.GetProperty(hospital).GetProperty("test").EnumerateArray()
                .Select(row => row.GetInt32()).ToHashSet();
            var path = files.Require([new($"fed_heart/{file}") { Url = url, Sha256 = sha256 }], $"download {url}");
            var known = Lines(path).Select(Columns.Fields).Where(field => field.Length == 14 && !field.AsSpan(0, 10).Contains("?"));
            foreach (var (row, field) in known.Index())
            {
                (held?.Contains(row) ?? row % 3 == 2 ? test : train).Add(new Row(
                    [.. HeartNumbers.Select(column => Columns.Number(field[column]))],
                    [.. HeartKinds.Select(column => FormattableString.Invariant($"{Columns.Number(field[column])}"))],
                    Columns.Number(field[13]) > 0 ? 1 : 0,
                    group));
            }
        }

        var (encoded, measured) = Columns.Encode(train, test);
        var name = split is null ? "UCI Heart Disease" : "UCI Heart Disease, FLamby's split";
        return new ClassifierData(name, ["well", "ill"], encoded, measured)
        {
            Groups = [.. Hospitals.Select(hospital => hospital.Name)],
            Baselines = [("majority of the hospital", Majority), ("logistic regression", data => LogisticRegression.Predict(data))],
        };
    }

    /// <summary>How often each class is in the training rows of the same group; of people who should be treated alike, of all.</summary>
    private static Tensor Majority(ClassifierData data)
    {
        var shares = Enumerable.Range(0, data.Train.Count).GroupBy(row => GroupOf(data.Train, row))
            .ToDictionary(rows => rows.Key, rows => rows.Average(row => (double)data.Train.Labels[row]));
        double[] yes = [.. Enumerable.Range(0, data.Test.Count).Select(row => shares[GroupOf(data.Test, row)])];
        return tensor([.. yes.SelectMany(share => new[] { 1 - share, share })], [yes.Length, 2]);

        int GroupOf(LabelledRows rows, int row) => data.Groups.Count == 0 || data.ComparesGroups ? 0 : rows.Groups![row];
    }

    private static IEnumerable<string> Lines(string path)
    {
        using var file = File.OpenRead(path);
        using var reader = new StreamReader(
            path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
