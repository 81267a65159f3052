using System.IO.Compression;
using System.Net;
using Translation;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>How examples/Domains/Translation reads pairs, and divides them so that no sentence is on both sides.</summary>
public sealed class PairSplitTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-pairs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Pairs_are_connected_by_a_sentence_of_either_side_whatever_its_case_and_marks()
    {
        // 0 and 1 share the English, 1 and 3 the Swedish; 2 shares the English of 3 with another language. 4 has a Dutch word that is
        // spelled as 0's Swedish one.
        SentencePair[] pairs =
        [
            new(0, "Spring!", "Run!"), new(0, "Kila.", "run"), new(1, "Rennen.", "Hurry up."), new(0, "kila", "Hurry up!"),
            new(1, "Spring!", "Jump!"), new(2, "Lari!", "Away."),
        ];

        Assert.Equal([0, 0, 0, 0, 1, 2], ConnectedGroups.Of(pairs));
    }

    [Fact]
    public void No_sentence_is_on_both_sides_and_languages_take_turns()
    {
        var random = new Random(1);
        SentencePair[] pairs = [.. Enumerable.Range(0, 4000).Select(_ => new SentencePair(
            random.Next(3), $"source {random.Next(4000)}", $"target {random.Next(4000)}"))];
        var split = PairSplit.Of(pairs);

        Assert.NotEmpty(split.Test);
        Assert.Empty(Sources(split.Test).Intersect(Sources(split.Train)));
        Assert.Empty(split.Test.Select(pair => pair.Target).Intersect(split.Train.Select(pair => pair.Target)));
        Assert.Equal([0, 1, 2, 0, 1, 2], split.Test.Take(6).Select(pair => pair.Language));
        Assert.Equal(split.Test, PairSplit.Of(pairs).Test);

        static IEnumerable<(int Language, string Source)> Sources(IReadOnlyList<SentencePair> some) =>
            some.Select(pair => (pair.Language, pair.Source));
    }

    [Fact]
    public void A_line_is_English_and_the_other_language()
    {
        Write("Run!\tSpring!\tCC-BY 2.0 (France)\nWho?\tVem?\tCC-BY 2.0 (France)\n");

        Assert.Equal(
            [new SentencePair(0, "Spring!", "Run!"), new SentencePair(0, "Vem?", "Who?")],
            Tatoeba.Load(Files).Where(pair => pair.Language == 0));
    }

    [Fact]
    public void A_damaged_line_is_refused()
    {
        Write("Run!\tSpring!\tCC-BY 2.0 (France)\nWho?\n");

        Assert.Equal(
            "swe.txt line 2 is no pair; it must be English, a tab, the other language, a tab, and whose they are.",
            Assert.Throws<InvalidDataException>(() => Tatoeba.Load(Files)).Message);
    }

    [Fact]
    public void Where_they_are_missing_one_line_says_where_they_are_to_be_had()
    {
        using var nothing = new HttpClient(new NothingThere());
        var missing = Assert.Throws<ConfigurationException>(() => Tatoeba.Load(
            new DataFiles(new DataCache([_folder.FullName]), new Downloader(nothing))));

        Assert.StartsWith("tatoeba/swe-eng.zip is in none of the data folders", missing.Message, StringComparison.Ordinal);
        Assert.Contains(": download https://raw.githubusercontent.com/", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [SkippableFact]
    public void The_data_set_has_the_pairs_that_its_archives_name()
    {
        Skip.If(new DataFiles().Cache.Find("tatoeba/swe-eng.zip") is null, "tatoeba is in no data folder of this machine.");
        var pairs = Tatoeba.Load();
        var split = PairSplit.Of(pairs);

        Assert.Equal([25286, 52652, 10949], Enumerable.Range(0, 3).Select(language => pairs.Count(pair => pair.Language == language)));
        Assert.All(Enumerable.Range(0, 3), language => Assert.True(split.Test.Take(600).Count(pair => pair.Language == language) == 200));
        Assert.Empty(split.Test.Select(pair => pair.Target).Intersect(split.Train.Select(pair => pair.Target)));
        Assert.True(split.Train.Count > 0.95 * pairs.Count);
    }

    [Fact]
    public void Batches_have_pairs_of_about_one_length_and_each_pair_once_in_an_epoch()
    {
        EncodedPair[] pairs = [.. Enumerable.Range(0, 640).Select(number =>
            new EncodedPair(new(0, $"{number}", ""), new int[3 + number % 7], new int[3 + number % 11]))];
        var order = new TrainingOrder(pairs, block: 16, seed: 4);
        List<EncodedPair> epoch = [.. Enumerable.Range(0, 640).Select(position => order.At(position))];

        Assert.Equal(640, epoch.Distinct().Count());
        Assert.All(epoch.Chunk(16), block =>
            Assert.InRange(block.Max(pair => pair.Target.Length) - block.Min(pair => pair.Target.Length), 0, 1));
        Assert.NotEqual(epoch, [.. Enumerable.Range(640, 640).Select(position => order.At(position))]);
        Assert.Equal(epoch, [.. Enumerable.Range(0, 640).Select(position => order.At(position))]);
        Assert.NotEqual(epoch[0], new TrainingOrder(pairs, block: 16, seed: 5).At(0));
    }

    private DataFiles Files => new(new DataCache([_folder.FullName]));

    /// <summary>Those lines as Swedish; nothing in the other languages.</summary>
    private void Write(string swedish)
    {
        var folder = _folder.CreateSubdirectory("tatoeba").FullName;
        foreach (var (code, text) in new[] { ("swe", swedish), ("nld", ""), ("ind", "") })
        {
            using var zip = ZipFile.Open(Path.Combine(folder, $"{code}-eng.zip"), ZipArchiveMode.Create);
            using var writer = new StreamWriter(zip.CreateEntry($"{code}.txt").Open());
            writer.Write(text);
        }
    }

    private sealed class NothingThere : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}
