using LibMoE.Runtime.Tests.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

public sealed class CorpusLossTests
{
    [Fact]
    public void Domains_are_weighted_by_their_shares_and_bytes_by_the_tokens_that_carry_them()
    {
        CorpusDomain[] domains = [Domain("a", 0.25, tokens: 10, bytes: 40), Domain("b", 0.75, tokens: 10, bytes: 10)];

        var loss = CorpusLoss.Of(domains, [new(4, 0.3, [3.7, 4.3], null), new(2, 0.1, [1.9, 2.1], null)], null);

        Assert.Equal((0.25 * 4) + (0.75 * 2), loss.Mean, 1e-15);
        Assert.Equal(Math.Sqrt(Math.Pow(0.25 * 0.3, 2) + Math.Pow(0.75 * 0.1, 2)), loss.StdErr, 1e-15);
        // A token of a stands for 4 bytes, one of b for 1: 2.5 nats a token over 1.75 bytes a token.
        Assert.Equal(2.5 / 1.75, loss.NatsPerByte, 1e-15);
        Assert.Equal(Math.Exp(2.5 / 1.75), loss.PerplexityPerByte, 1e-12);
        Assert.Equal([3.7, 4.3, 1.9, 2.1], loss.PerSequence);
        Assert.Equal([new("a", 0.25, 4, 0.3, Math.E), new DomainLoss("b", 0.75, 2, 0.1, Math.Exp(2))], loss.Domains);
    }

    [Fact]
    public void A_model_that_knows_nothing_has_V_to_the_tokens_per_byte_as_perplexity()
    {
        // Every document is one line of 40 times "hello ", which GPT-2 cuts into "hello", " hello" …, " " and the line break.
        var corpus = Corpus.Split(
            "hello", Enumerable.Range(0, 40).Select(i => new Document($"{i:D2}", string.Concat(Enumerable.Repeat("hello ", 40)))),
            TokenizerTable.Create("gpt2"));
        var part = corpus.Domains[0].Validation;
        Assert.Equal(4 * 241, part.Bytes);
        Assert.Equal(4 * 42, part.Tokens.Count);
        using var model = LanguageModel.Create(
            new ModelConfig { Vocabulary = corpus.Vocabulary, Dim = 8, Layers = 1, Heads = 2, Hidden = 8, Context = 8 });
        using (no_grad())
        {
            model.state_dict()["head.weight"].zero_();
        }

        var loss = CorpusLoss.Measure(model, corpus, length: 8, sequences: 6, batch: 3);

        Assert.Equal(Math.Log(50257), loss.Mean, 1e-5);
        Assert.Equal(Math.Log(50257) * 42 / 241, loss.NatsPerByte, 1e-6);
        Assert.Equal(Math.Pow(50257, 42 / 241.0), loss.PerplexityPerByte, 1e-4);
    }

    [Fact]
    public void Every_domain_gets_sequences_by_its_share_and_at_least_two()
    {
        static IEnumerable<Document> Text(char letter) =>
            Enumerable.Range(0, 40).Select(i => new Document($"{i:D2}", new string(letter, 200)));
        var corpus = Corpus.Mix("three", [("a", Text('a'), 0.7), ("b", Text('b'), 0.29), ("c", Text('c'), 0.01)]);
        var variant = HandWrittenMoe.Variant(experts: 4, topK: 2);
        using var model = LanguageModel.Create(
            new ModelConfig { Dim = 8, Layers = 1, Heads = 2, Hidden = 8, Context = 8 }, variant, seed: 2);

        var loss = CorpusLoss.Measure(model, corpus, length: 8, sequences: 20, batch: 4);

        Assert.Equal(14 + 6 + 2, loss.PerSequence.Count);
        Assert.Equal(22 * 8 * 2, Assert.Single(loss.Load!.PicksPerBlock).Sum());
        Assert.Equal(loss.PerSequence.Take(14).Average(), loss.Domains[0].Loss, 1e-12);
        Assert.Equal(loss.PerSequence.TakeLast(2).Average(), loss.Domains[2].Loss, 1e-12);
    }

    private static CorpusDomain Domain(string name, double weight, int tokens, long bytes)
    {
        var part = new CorpusPart(new IdTokens(new int[tokens]), bytes, []);
        return new CorpusDomain(name, weight, name, part, part);
    }
}
