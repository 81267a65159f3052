using Domains;
using Images;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>What the verb <c>experts</c> of the example on images measures, on cases worked by hand.</summary>
public sealed class ImageExpertsTests
{
    [Fact]
    public void Nets_are_told_apart_by_the_images_on_which_one_alone_is_right()
    {
        // b = 8, c = 2 of 100: (b − c)/n = .06, 1.96·√(10 − 36/100)/100 = .0609; P(at most 2 of 10)·2 = 2·(1 + 10 + 45)/1024.
        var pairs = new PairedCounts(First: 8, Second: 2, Images: 100);
        Assert.Equal(0.06, pairs.Difference, 1e-12);
        Assert.Equal(1.959964 * Math.Sqrt(9.64) / 100, pairs.HalfWidth, 1e-12);
        Assert.Equal(112.0 / 1024, pairs.Chance, 1e-12);
        Assert.Equal(1, new PairedCounts(5, 5, 100).Chance);

        // Where the chance of the first term is below the least number there is: the sum in whole numbers, 2·Σ_{i≤900} C(2000, i)/2^2000.
        Assert.Equal(8.457089535503927e-6, new PairedCounts(900, 1100, 4000).Chance, 1e-15);
        Assert.Equal(new PairedCounts(1, 2, 5), PairedCounts.Of([true, true, false, false, false], [true, false, true, true, false]));
    }

    [Fact]
    public void Experts_that_each_serve_one_class_tell_all_of_it_and_experts_that_serve_both_alike_nothing()
    {
        Assert.Equal(Math.Log(2), ClassInformation.Of([[4, 0], [4, 0], [0, 4], [0, 4]], [0, 0, 1, 1], classes: 2), 1e-12);
        Assert.Equal(0, ClassInformation.Of([[2, 2], [2, 2]], [0, 1], classes: 2), 1e-12);

        // p(e, c) = 3/8, 1/8, 1/8, 3/8 with margins of one half.
        Assert.Equal(0.75 * Math.Log(1.5) + 0.25 * Math.Log(0.5), ClassInformation.Of([[3, 1], [1, 3]], [0, 1], classes: 2), 1e-12);
    }

    [Fact]
    public void Classes_that_change_places_tell_less_than_the_true_ones()
    {
        var labels = Enumerable.Range(0, 40).Select(image => image % 2).ToList();
        var picks = labels.ConvertAll(label => label == 0 ? new[] { 4, 0 } : [0, 4]);
        var permuted = ClassInformation.Permuted(picks, labels, classes: 2, times: 50);
        Assert.True(permuted.Max() < ClassInformation.Of(picks, labels, classes: 2) / 2);
    }

    [Fact]
    public void What_alike_items_have_in_common_is_not_taken_for_chance_where_classes_change_places_among_them()
    {
        // Experts follow something else alone, which both classes have alike.
        int[][] picks = [[4, 0], [4, 0], [0, 4], [0, 4]];
        int[] labels = [0, 1, 0, 1], other = [0, 0, 1, 1];

        Assert.All(ClassInformation.Permuted(picks, labels, classes: 2, times: 20, other), told => Assert.Equal(0, told, 1e-12));
        Assert.Equal(Math.Log(2), ClassInformation.Permuted(picks, labels, classes: 2, times: 20).Max(), 1e-12);
    }

    [Fact]
    public void A_full_expert_drops_those_who_come_last_and_second_picks_after_all_first_ones()
    {
        // Three tokens want expert 0 first; token 1 comes first, then token 2. Expert 1 is second for tokens 0 and 1, in that order.
        long[] experts_TK = [0, 1, 0, 1, 0, 2];
        Assert.Equal([-1, 1, 0, 1, 0, 2], LimitedPicks.Keep(experts_TK, [0.1, 0.9, 0.5], slots: 3, capacity: 2));
        Assert.Equal([-1, -1, 0, 1, -1, 2], LimitedPicks.Keep(experts_TK, [0.1, 0.9, 0.5], slots: 3, capacity: 1));
        Assert.Equal([0, 1, -1, -1, -1, 2], LimitedPicks.Keep(experts_TK, [0.9, 0.5, 0.1], slots: 3, capacity: 1));
    }
}
