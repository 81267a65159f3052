using LibMoE.Runtime.Studies.Scaling;

namespace LibMoE.Runtime.Tests.Studies.Scaling;

/// <summary>A cluster file says what it must, or is refused by the name of its field.</summary>
public sealed class ClusterFileTests : IDisposable
{
    private const string Whole = """
        {
          "name": "two nodes", "cards": 16, "cardsPerNode": 8, "memoryGB": 80, "teraFlops": 989,
          "inside": { "sumGBs": 450, "rowsGBs": 300, "microseconds": 15 },
          "across": { "sumGBs": 45, "rowsGBs": 45, "microseconds": 30, "microsecondsPerDoubling": 3 }
        }
        """;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_whole_file_is_read_with_defaults_for_what_it_leaves_out()
    {
        var cluster = Read(Whole);

        Assert.Equal((16, 8, 80e9), (cluster.Cards, cluster.CardsPerNode, cluster.Memory));
        Assert.Equal((0.4, 1.15), (cluster.DenseEfficiency, cluster.BusiestCard));
        Assert.Equal(39e-6, cluster.Across!.Latency(8), 1e-12);
    }

    [Theory]
    [InlineData("\"cards\": 16", "\"cards\": 0", "cards is 0; it must be at least 1.")]
    [InlineData("\"cards\": 16", "\"cards\": 12", "cards is 12; it must be a multiple of cardsPerNode, which is 8, or not above it.")]
    [InlineData("\"memoryGB\": 80", "\"memoryGB\": -1", "memoryGB is -1; it must be above 0.")]
    [InlineData(
        "\"teraFlops\": 989", "\"teraFlops\": 989, \"denseEfficiency\": 35", "denseEfficiency is 35; it must be above 0 and at most 1.")]
    [InlineData("\"sumGBs\": 450", "\"sumGBs\": 0", "inside.sumGBs is 0; it must be above 0.")]
    [InlineData("\"microseconds\": 30", "\"microseconds\": -3", "across.microseconds is -3; it must be at least 0.")]
    public void A_value_that_cannot_be_is_named(string right, string wrong, string message)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(Whole.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Equal($"{_path}: {message}", refused.Message);
    }

    [Fact]
    public void Nodes_without_a_link_between_them_are_refused()
    {
        var alone = Whole[..Whole.IndexOf(",\n  \"across\"", StringComparison.Ordinal)] + "\n}";

        var refused = Assert.Throws<ConfigurationException>(() => Read(alone));

        Assert.Equal($"{_path}: across is missing; 16 cards in nodes of 8 need a link between nodes.", refused.Message);
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("null", "says null where a cluster is needed")]
    [InlineData("[]", "line 1")]
    [InlineData("{ \"name\": \"x\", \"kards\": 3 }", "'kards'")]
    [InlineData("{ \"name\": \"x\" }", "missing required properties")]
    public void What_is_no_cluster_file_is_refused_with_the_place(string text, string said)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(text));

        Assert.StartsWith(_path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() => Assert.StartsWith(
        "The cluster file nowhere.json cannot be read: ",
        Assert.Throws<ConfigurationException>(() => ClusterFile.Read("nowhere.json")).Message, StringComparison.Ordinal);

    private Cluster Read(string text)
    {
        File.WriteAllText(_path, text);
        return ClusterFile.Read(_path);
    }
}
