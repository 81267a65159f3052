namespace LibMoE.Runtime.Tests.Data;

public class CorpusEntropyTests
{
    [Fact]
    public void The_formulas_hold_on_a_text_that_can_be_counted_by_hand()
    {
        // Training text 0 0 1 0: n_0 = 3, n_1 = 1, pairs 00, 01, 10; 0 is followed twice, 1 once. V = 2.
        var entropy = CorpusEntropy.Of(new ByteTokens([0, 0, 1, 0]), new ByteTokens([0, 1, 1]), vocabulary: 2);

        var (zero, one) = (4 / 6.0, 2 / 6.0);
        Assert.Equal(-(Math.Log(zero) + Math.Log(one) + Math.Log(one)) / 3, entropy.Unigram, 1e-12);
        var (oneAfterZero, oneAfterOne) = ((1 + one) / 3, (0 + one) / 2);
        Assert.Equal(-(Math.Log(oneAfterZero) + Math.Log(oneAfterOne)) / 2, entropy.Bigram, 1e-12);
    }

    [Fact]
    public void Probabilities_sum_to_one()
    {
        var train = new ByteTokens([2, 0, 1, 1, 3, 2, 2, 0]);
        byte[] all = [0, 1, 2, 3];

        foreach (var first in all)
        {
            var sum = all.Sum(second => Math.Exp(-CorpusEntropy.Of(train, new ByteTokens([first, second]), vocabulary: 4).Bigram));
            Assert.Equal(1, sum, 1e-12);
        }
    }

    [Fact]
    public void Independent_tokens_gain_nothing_from_pairs_and_a_cycle_gains_everything()
    {
        var random = new Random(5);
        var noise = new byte[400_000];
        random.NextBytes(noise);
        var (train, validation) = (new ByteTokens([.. noise[..300_000].Select(x => (byte)(x % 4))]), new ByteTokens(
            [.. noise[300_000..].Select(x => (byte)(x % 4))]));
        var cycle = new ByteTokens([.. Enumerable.Range(0, 100_000).Select(i => (byte)(i % 4))]);

        var independent = CorpusEntropy.Of(train, validation, vocabulary: 4);
        var determined = CorpusEntropy.Of(cycle, cycle, vocabulary: 4);

        Assert.Equal(Math.Log(4), independent.Unigram, 1e-3);
        Assert.Equal(Math.Log(4), independent.Bigram, 1e-3);
        Assert.Equal(Math.Log(4), determined.Unigram, 1e-3);
        Assert.Equal(0, determined.Bigram, 1e-3);
    }
}
