using LibMoE.Runtime.Data.Sampling;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Data;

public class BatchSamplerTests
{
    private static readonly ByteTokens Tokens = new([.. Enumerable.Range(0, 103).Select(i => (byte)i)]);

    [Fact]
    public void Targets_follow_their_inputs()
    {
        using var scope = NewDisposeScope();
        var (inputs_SL, targets_SL) = new BatchSampler(Tokens, length: 10, batch: 4, seed: 1).Next(4);

        Assert.Equal([4, 10], inputs_SL.shape);
        Assert.Equal(Ids(inputs_SL).Select(id => id + 1), Ids(targets_SL));
    }

    [Fact]
    public void An_epoch_visits_every_window_once()
    {
        using var scope = NewDisposeScope();
        var sampler = new BatchSampler(Tokens, length: 10, batch: 1, seed: 1);

        var epochs = Enumerable.Range(0, 3).Select(_ => Ids(sampler.Next(9).Inputs_SL)).ToList();

        foreach (var ids in epochs)
        {
            var offset = ids.Min();
            Assert.InRange(offset, 0, 9);
            Assert.Equal(Enumerable.Range((int)offset, 90).Select(id => (long)id), ids.Order());
        }

        Assert.Equal(3, epochs.Select(ids => string.Join(',', ids)).Distinct().Count());
    }

    [Fact]
    public void One_seed_gives_one_order_and_another_seed_another()
    {
        using var scope = NewDisposeScope();
        long[] Draw(long seed) => Ids(new BatchSampler(Tokens, length: 10, batch: 9, seed).Next(9).Inputs_SL);

        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
    }

    [Fact]
    public void A_restored_position_continues_where_it_was()
    {
        using var scope = NewDisposeScope();
        var sampler = new BatchSampler(Tokens, length: 10, batch: 4, seed: 3);
        sampler.Next(4);
        sampler.Next(4);
        var position = sampler.Position;
        var expected = Ids(sampler.Next(4).Inputs_SL);

        var restored = new BatchSampler(Tokens, length: 10, batch: 4, seed: 3) { Position = position };

        Assert.Equal(8, position);
        Assert.Equal(expected, Ids(restored.Next(4).Inputs_SL));
    }

    [Fact]
    public void How_sequences_are_grouped_into_batches_does_not_change_their_order()
    {
        using var scope = NewDisposeScope();
        var (whole, parts) = (new BatchSampler(Tokens, 10, 4, seed: 3), new BatchSampler(Tokens, 10, 4, seed: 3));

        Assert.Equal(Ids(whole.Next(4).Inputs_SL), Ids(parts.Next(1).Inputs_SL).Concat(Ids(parts.Next(3).Inputs_SL)));
    }

    [Fact]
    public void A_batch_larger_than_the_corpus_is_refused()
    {
        var error = Assert.Throws<ConfigurationException>(() => new BatchSampler(Tokens, length: 10, batch: 10, seed: 0));

        Assert.Equal(
            "The corpus has 103 training tokens; a batch of 10 sequences of 10 tokens takes at least 110.",
            error.Message);
        Assert.Equal(0, new BatchSampler(Tokens, length: 10, batch: 9, seed: 0).Position);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(1025)]
    public void A_shuffled_order_has_every_item_once(long count)
    {
        var order = new ShuffledOrder(count, key: 7);

        var items = Enumerable.Range(0, (int)count).Select(place => order[place]).ToList();

        Assert.Equal(Enumerable.Range(0, (int)count).Select(item => (long)item), items.Order());
    }

    [Fact]
    public void A_shuffled_order_is_far_from_the_old_one()
    {
        var order = new ShuffledOrder(10_000, key: 7);

        var distance = Enumerable.Range(0, 10_000).Average(place => Math.Abs(order[place] - place));

        // A uniform permutation moves an item by a third of the length on average; the mean of 10,000 has a standard error below 30.
        Assert.InRange(distance, 3200, 3470);
        Assert.InRange(Enumerable.Range(0, 9_999).Count(place => order[place + 1] == order[place] + 1), 0, 8);
    }

    private static long[] Ids(Tensor ids_SL) => ids_SL.contiguous().data<long>().ToArray();
}
