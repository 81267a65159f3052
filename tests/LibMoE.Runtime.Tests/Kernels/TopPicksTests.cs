using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>The picks of largest value, against sorting whole rows.</summary>
public sealed class TopPicksTests
{
    /// <summary>Few and many slots, around the lengths of vectors, with values of which many are equal.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(8, 2)]
    [InlineData(9, 1)]
    [InlineData(17, 16)]
    [InlineData(31, 4)]
    [InlineData(64, 8)]
    [InlineData(129, 16)]
    [InlineData(256, 2)]
    [InlineData(256, 20)]
    public void The_largest_values_are_picked_and_of_equal_ones_the_lower_slot(int slots, int k)
    {
        using var scope = NewDisposeScope();
        var random = new Random(slots);
        float[][] rows = [.. Enumerable.Range(0, 50).Select(row => Enumerable.Range(0, slots)
            .Select(_ => row % 2 == 0 ? random.NextSingle() : random.Next(4)).ToArray())];
        var picks_TK = TopPicks.Largest(tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, slots]), k);

        Assert.Equal([rows.Length, k], picks_TK.shape);
        Assert.Equal(
            rows.SelectMany(row => row.Index().OrderByDescending(slot => slot.Item).ThenBy(slot => slot.Index).Take(k)
                .Select(slot => (long)slot.Index)),
            picks_TK.data<long>());
    }

    [Fact]
    public void No_value_that_is_no_number_takes_the_place_of_a_pick()
    {
        using var scope = NewDisposeScope();
        var values = Enumerable.Range(0, 40).Select(slot => slot is 5 or 20 or 39 ? float.NaN : slot).ToArray();
        values[30] = float.PositiveInfinity;

        Assert.Equal([30, 38, 37], TopPicks.Largest(tensor(values, [1, 40]), k: 3).data<long>());
        Assert.Equal([0, 1], TopPicks.Largest(full([1, 40], float.NegativeInfinity), k: 2).data<long>());
    }

    /// <summary>Many tokens are read side by side, a few that are left one by one.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(15, 3)]
    [InlineData(16, 2)]
    [InlineData(17, 8)]
    [InlineData(64, 8)]
    [InlineData(65, 9)]
    public void Each_token_gets_the_picks_that_it_gets_alone_also_with_values_that_are_no_numbers(int slots, int k)
    {
        using var scope = NewDisposeScope();
        var random = new Random(k);
        float[] odd = [float.NaN, float.NegativeInfinity, float.PositiveInfinity, 0, -0f, 1];
        float[][] rows = [.. Enumerable.Range(0, 37).Select(row => Enumerable.Range(0, slots)
            .Select(_ => random.Next(3) < row % 3 ? odd[random.Next(odd.Length)] : random.NextSingle()).ToArray())];

        var together = TopPicks.Largest(tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, slots]), k).data<long>().ToArray();

        Assert.Equal(rows.SelectMany(row => TopPicks.Largest(tensor(row, [1, slots]), k).data<long>().ToArray()), together);
    }
}
