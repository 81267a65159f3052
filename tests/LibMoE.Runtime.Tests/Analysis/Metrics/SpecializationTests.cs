namespace LibMoE.Runtime.Tests.Analysis.Metrics;

public class SpecializationTests
{
    [Fact]
    public void An_expert_of_its_own_for_each_domain_carries_ln_2()
    {
        long[][] counts = [[6, 0], [0, 6]];
        Assert.Equal(Math.Log(2), DomainSpecialization.Information(counts), 1e-15);
        var pmi = DomainSpecialization.PointwiseInformation(counts);
        Assert.Equal(Math.Log(2), pmi[0][0]!.Value, 1e-15);
        Assert.Equal(double.NegativeInfinity, pmi[0][1]);
    }

    [Fact]
    public void Domains_served_alike_carry_nothing_whatever_their_size()
    {
        long[][] counts = [[6, 3, 1], [60, 30, 10]];
        Assert.Equal(0, DomainSpecialization.Information(counts), 1e-15);
        Assert.All(DomainSpecialization.PointwiseInformation(counts).SelectMany(row => row), value => Assert.Equal(0, value!.Value, 1e-14));
        Assert.Equal([0.6, 0.3, 0.1], DomainSpecialization.Shares(counts)[1]);
    }

    [Fact]
    public void An_expert_or_a_domain_without_picks_has_no_information()
    {
        var pmi = DomainSpecialization.PointwiseInformation([[2, 0], [0, 0]]);
        Assert.Equal([0.0, null], pmi[0]);
        Assert.Equal([null, null], pmi[1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_picks_agree_with_plain_entropies(int seed)
    {
        var routing = RandomRouting.Make(seed);
        var events = routing.Sets.SelectMany((set, token) => set.Select(expert => (Domain: token % 3, Expert: expert))).ToList();
        long[][] counts =
            [.. Enumerable.Range(0, 3).Select(d => Enumerable.Range(0, 7).Select(e => (long)events.Count(x => x == (d, e))).ToArray())];
        double H<TKey>(Func<(int Domain, int Expert), TKey> key) =>
            -events.GroupBy(key).Select(group => (double)group.Count() / events.Count).Sum(p => p * Math.Log(p));

        // I(D; E) = H(D) + H(E) − H(D, E).
        Assert.Equal(H(x => x.Domain) + H(x => x.Expert) - H(x => x), DomainSpecialization.Information(counts), 1e-12);
        var pmi = DomainSpecialization.PointwiseInformation(counts);
        var inDomain = events.Where(x => x.Domain == 1).ToList();
        Assert.Equal(
            Math.Log(inDomain.Average(x => x.Expert == 4 ? 1.0 : 0) / events.Average(x => x.Expert == 4 ? 1.0 : 0)),
            pmi[1][4]!.Value, 1e-12);
    }

    [Fact]
    public void Tokens_are_ranked_by_the_share_that_an_expert_gets_of_them()
    {
        var counts = new Dictionary<int, long[]>
        {
            [65] = [9, 1],
            [66] = [5, 5],
            [67] = [10, 0],
            [68] = [0, 10],
            [69] = [1, 0],
        };

        var top = TokenSpecialization.Top(counts, experts: 2, top: 2, least: 5);

        Assert.Equal([67, 65], top[0].Select(token => token.Id));
        Assert.Equal([68, 66], top[1].Select(token => token.Id));
        Assert.Equal(1.0, top[0][0].Share);
        // p(expert 0) = 25/41.
        Assert.Equal(Math.Log(0.9 * 41 / 25), top[0][1].PointwiseInformation, 1e-15);
        Assert.Equal(9, top[0][1].Count);
    }

    [Fact]
    public void Random_tokens_have_the_information_that_their_frequencies_say()
    {
        var routing = RandomRouting.Make(3, tokens: 400);
        var events = routing.Sets.SelectMany((set, token) => set.Select(expert => (Id: token % 11, Expert: expert))).ToList();
        var counts = events.GroupBy(x => x.Id).ToDictionary(
            group => group.Key, group => Enumerable.Range(0, 7).Select(e => (long)group.Count(x => x.Expert == e)).ToArray());

        foreach (var (expert, tokens) in TokenSpecialization.Top(counts, 7, top: 11, least: 1).Index())
        {
            Assert.Equal(
                tokens.OrderByDescending(token => token.PointwiseInformation).Select(token => token.Id), tokens.Select(token => token.Id));
            foreach (var token in tokens)
            {
                var joint = events.Count(x => x == (token.Id, expert)) / (double)events.Count;
                var margins = events.Average(x => x.Id == token.Id ? 1.0 : 0) * events.Average(x => x.Expert == expert ? 1.0 : 0);
                Assert.Equal(Math.Log(joint / margins), token.PointwiseInformation, 1e-12);
            }
        }
    }
}
