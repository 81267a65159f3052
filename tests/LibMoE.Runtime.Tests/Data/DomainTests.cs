using LibMoE.Runtime.Data.Sampling;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Data;

public sealed class DomainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Two domains whose tokens tell them apart: letters a to m, and n to z.</summary>
    private static Corpus Mixture(double first = 0.25, double second = 0.75) => Corpus.Mix(
        "mixture",
        [("early", Letters('a'), first), ("late", Letters('n'), second)]);

    [Theory]
    [InlineData(new[] { 1.0 }, new[] { 65536 })]
    [InlineData(new[] { 1.0, 3.0 }, new[] { 16384, 49152 })]
    [InlineData(new[] { 1.0, 1.0, 1.0 }, new[] { 21846, 21845, 21845 })]
    [InlineData(new[] { 1e-9, 1.0 }, new[] { 1, 65535 })]
    public void Every_cycle_has_each_domain_by_its_share(double[] shares, int[] counts) =>
        Assert.Equal(counts, DomainOrder.Apportion(shares));

    [Fact]
    public void Shares_hold_over_a_run_and_no_sequence_is_skipped_or_drawn_twice()
    {
        var order = new DomainOrder([0.2, 0.5, 0.3], key: 7);
        var next_D = new long[3];

        for (var position = 0L; position < 3 * DomainOrder.Cycle; position++)
        {
            var (domain, before) = order[position];
            Assert.Equal(next_D[domain]++, before);
        }

        Assert.Equal([0.2, 0.5, 0.3], next_D.Select(count => Math.Round((double)count / next_D.Sum(), 4)));
    }

    [Fact]
    public void Domains_alternate_within_a_batch_and_cycles_differ()
    {
        var order = new DomainOrder([1, 1], key: 7);
        string Domains(long start) => string.Concat(Enumerable.Range(0, 64).Select(i => order[start + i].Domain));

        Assert.NotEqual(Domains(0), Domains(DomainOrder.Cycle));
        Assert.InRange(Domains(0).Count(domain => domain == '0'), 16, 48);
        Assert.InRange(Domains(0).Zip(Domains(0).Skip(1)).Count(pair => pair.First != pair.Second), 16, 48);
    }

    [Fact]
    public void A_restored_position_continues_in_every_domain_where_it_was()
    {
        using var scope = NewDisposeScope();
        var sampler = new BatchSampler(Mixture(), length: 8, batch: 4, seed: 3);
        sampler.Position = DomainOrder.Cycle - 5;
        sampler.Next(3);
        var position = sampler.Position;
        var expected = Enumerable.Range(0, 4).Select(_ => Ids(sampler.Next(4).Inputs_SL)).ToList();

        var restored = new BatchSampler(Mixture(), length: 8, batch: 4, seed: 3) { Position = position };

        Assert.Equal(expected, Enumerable.Range(0, 4).Select(_ => Ids(restored.Next(4).Inputs_SL)));
    }

    [Fact]
    public void A_sequence_is_of_one_domain_and_domains_come_by_their_weights()
    {
        using var scope = NewDisposeScope();
        var sampler = new BatchSampler(Mixture(), length: 8, batch: 4, seed: 3);

        var early = Enumerable.Range(0, 1000).Count(_ =>
        {
            using var inner = NewDisposeScope();
            var letters = Ids(sampler.Next(1).Inputs_SL).Where(id => id != '\n').ToList();
            Assert.True(letters.All(id => id < 'n') || letters.All(id => id >= 'n'));
            return letters[0] < 'n';
        });

        // Drawn without replacement from cycles of 65,536: 250 ± 14 (one standard deviation).
        Assert.InRange(early, 190, 310);
    }

    [Fact]
    public void One_domain_is_drawn_as_its_tokens_alone_are()
    {
        using var scope = NewDisposeScope();
        var corpus = Corpus.Split("early", Letters('a'));

        Assert.Equal(
            Ids(new BatchSampler(corpus.Train, 8, 4, seed: 3).Next(4).Inputs_SL),
            Ids(new BatchSampler(corpus, 8, 4, seed: 3).Next(4).Inputs_SL));
    }

    [Fact]
    public void A_domain_too_small_for_its_share_of_a_batch_is_named()
    {
        var corpus = Corpus.Mix("two", [("large", Letters('a'), 1), ("small", [new("1", "abcdefgh"), new("2", "x")], 1)]);

        Assert.Equal(
            "The domain small has 9 training tokens; its share of a batch of 4 sequences is 2 of 8 tokens, which take at least 24.",
            Assert.Throws<ConfigurationException>(() => new BatchSampler(corpus, length: 8, batch: 4, seed: 0)).Message);
    }

    [Fact]
    public void A_configuration_with_domains_reads_each_and_splits_each()
    {
        var letters = _folder.Write("letters.txt", string.Concat(Letters('a').Select(document => document.Text + "\n\n")));
        var rows = _folder.Write("rows.jsonl", string.Concat(Letters('n').Select(document => $"{{\"body\":\"{document.Text}\"}}\n")));

        var corpus = Corpus.Load(new CorpusOptions
        {
            Domains =
            [
                new() { Name = "plain", Path = letters, Weight = 1 },
                new() { Name = "table", Path = rows, Weight = 4, Field = "body" },
            ],
        });

        Assert.Equal([("plain", 0.2), ("table", 0.8)], corpus.Domains.Select(domain => (domain.Name, domain.Weight)));
        Assert.All(corpus.Domains, domain => Assert.NotEmpty(domain.Validation.Documents));
        Assert.Equal(
            CorpusTests.Text(corpus.Domains[0].Train.Tokens) + CorpusTests.Text(corpus.Domains[1].Train.Tokens),
            CorpusTests.Text(corpus.Train));
        Assert.StartsWith("rows.jsonl line ", corpus.Domains[1].Train.Documents[0], StringComparison.Ordinal);
        Assert.Equal("plain + table", corpus.Name);
    }

    [Fact]
    public void Several_paths_are_read_as_one_domain()
    {
        var a = _folder.Write("a.txt", "one\n\ntwo\n\nthree");
        var b = _folder.Write("sub/b.txt", "four\n\nfive");

        var corpus = Corpus.Load(new CorpusOptions { Paths = [a, Path.GetDirectoryName(b)!] });

        Assert.Single(corpus.Domains);
        Assert.Equal(["a.txt from 000000000000", "sub/b.txt from 000000000000"], corpus.TrainDocuments.Concat(corpus.ValidationDocuments)
            .Where(name => name.EndsWith("000000000000", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_that_is_wrong_with_the_settings_is_said_together()
    {
        var error = Assert.Throws<ConfigurationException>(() => Corpus.Load(new CorpusOptions
        {
            Path = "a.txt",
            Domains = [new() { Name = "x", Weight = 0 }, new() { Name = "x", Path = "b" }],
        }));

        Assert.Equal(
            "Corpus:Path and Corpus:Domains are both given; one of them says what to read. "
            + "Corpus:Domains:0:Path is empty; it must name a file or a folder. "
            + "Corpus:Domains:0:Weight is 0; it must be above 0. "
            + "Corpus:Domains has two domains named 'x'; every domain has a name of its own.",
            error.Message);
    }

    private static IEnumerable<Document> Letters(char first) => Enumerable.Range(0, 40).Select(i =>
        new Document($"{first}{i:D2}", new string([.. Enumerable.Range(0, 60).Select(j => (char)(first + ((i + (j * j)) % 13)))])));

    private static long[] Ids(Tensor ids_SL) => ids_SL.contiguous().data<long>().ToArray();
}
