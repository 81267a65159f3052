using System.Globalization;
using System.IO.Compression;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Recommendation;

/// <summary>What is asked of a visitor: some areas are given, the others are to be found. The protocol says which are given: two, five or
/// ten at random, or all but one (Breese et al. 1998).</summary>
internal sealed record Question(string Protocol, IReadOnlyList<int> Given, IReadOnlySet<int> Hidden);

/// <summary>Anonymous Microsoft Web Data (Breese, Heckerman and Kadie 1998): which of 294 areas of the site 37,711 visitors looked at in a
/// week of February 1998. Visitors of the official test file are asked of.</summary>
internal sealed record WebVisits(IReadOnlyList<string> Areas, IReadOnlyList<int[]> Train, IReadOnlyList<Question> Test)
{
    public static IReadOnlyList<string> Protocols { get; } = ["all but 1", "given 2", "given 5", "given 10"];

    private const string Address =
        "https://raw.githubusercontent.com/mhahsler/recommenderlab/c737fca94bc58652e750b03a3737ac7d9952f71b/Work/data/MSWeb/";

    /// <summary>How many areas routing is looked at apart for.</summary>
    private const int LeadingAreas = 8;

    /// <summary>The areas that most visitors looked at, of those who are learned from, most visited first.</summary>
    public IReadOnlyList<int> Leading { get; } =
    [
        .. Train.SelectMany(areas => areas).CountBy(area => area)
            .OrderByDescending(area => area.Value).ThenBy(area => area.Key).Take(LeadingAreas).Select(area => area.Key),
    ];

    /// <summary>Which data it is.</summary>
    public CorpusIdentity Identity { get; } = CorpusIdentity.Of(
        "Anonymous Microsoft Web Data",
        Train.SelectMany(areas => areas.Append(-1))
            .Concat(Test.SelectMany(question => question.Given.Concat(question.Hidden)))
            .Select(area => (float)area));

    public static WebVisits Load()
    {
        var files = new DataFiles();
        string[][] train = Rows("anonymous-msweb.data", "60fd5f438a55d2105ca0ff4142e748e2146486bde84c96d55dc98b37a8139cbd");
        string[][] test = Rows("anonymous-msweb.test", "db0a902a744ac488a0a6817a5df871f2341df083b6ab8ee1a046a69c635e7241");
        List<(string Id, string Name)> areas =
            [.. train.Where(row => row[0] == "A").Select(row => (row[1], row[3])).OrderBy(area => area.Item1, StringComparer.Ordinal)];
        var places = areas.Index().ToDictionary(area => area.Item.Id, area => area.Index);
        return new WebVisits([.. areas.Select(area => area.Name)], [.. Visitors(train)], [.. Questions(Visitors(test))]);

        string[][] Rows(string name, string sha256)
        {
            var path = files.Require(
                [new($"msweb/{name}.gz"), new($"msweb/{name}") { Url = Address + name, Sha256 = sha256 }], $"download {Address}{name}");
            using var file = File.OpenRead(path);
            using var reader = new StreamReader(
                path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
            return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(',').Select(field => field.Trim('"', '\r')).ToArray())];
        }

        IEnumerable<int[]> Visitors(string[][] rows)
        {
            var visited = new List<int>();
            foreach (var row in rows.Append(["C"]))
            {
                if (row[0] == "C" && visited.Count > 0)
                {
                    yield return [.. visited.Distinct()];
                    visited.Clear();
                }
                else if (row[0] == "V")
                {
                    visited.Add(places[row[1]]);
                }
            }
        }
    }

    /// <summary>Which of <see cref="Leading"/> comes first among what is given; their number where none is.</summary>
    public int LeadOf(Question question) => Leading.TakeWhile(area => !question.Given.Contains(area)).Count();

    /// <summary>Rows of 0 and 1, [N, areas].</summary>
    public Tensor Table(IEnumerable<IReadOnlyList<int>> visitors, ScalarType dtype = ScalarType.Float32)
    {
        List<IReadOnlyList<int>> all = [.. visitors];
        var values = new float[all.Count * Areas.Count];
        foreach (var (row, areas) in all.Index())
        {
            foreach (var area in areas)
            {
                values[row * Areas.Count + area] = 1;
            }
        }

        return tensor(values, [all.Count, Areas.Count], dtype: dtype);
    }

    /// <summary>Every visitor is asked by each protocol that leaves something to find; which areas are given is drawn once.</summary>
    private static IEnumerable<Question> Questions(IEnumerable<int[]> visitors)
    {
        var random = new Random(1998);
        foreach (var visited in visitors)
        {
            random.Shuffle(visited);
            foreach (var protocol in Protocols)
            {
                var given = protocol == Protocols[0] ? visited.Length - 1 : int.Parse(protocol.Split(' ')[1], CultureInfo.InvariantCulture);
                if (given >= 1 && given < visited.Length)
                {
                    yield return new Question(protocol, visited[..given], visited[given..].ToHashSet());
                }
            }
        }
    }
}
