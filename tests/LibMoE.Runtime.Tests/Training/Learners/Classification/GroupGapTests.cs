using LibMoE.Runtime.Training.Learners.Classification;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners.Classification;

/// <summary>Terms on gaps between groups, and weights that take them away, by hand.</summary>
public sealed class GroupGapTests
{
    private static readonly int[] Labels = [1, 0, 1, 0, 1];
    private static readonly int[] Groups = [0, 0, 0, 1, 1];

    [Fact]
    public void Parity_is_the_gap_of_mean_probabilities_and_odds_that_of_each_class()
    {
        using var scope = NewDisposeScope();
        var yes_N = tensor([0.9, 0.2, 0.7, 0.1, 0.5]);

        Assert.Equal(
            2 * (0.6 - 0.3), GroupGap.Of(yes_N, Labels, Groups, new FairnessConfig { Parity = 2 }).item<double>(), 12);
        Assert.Equal(
            3 * (0.8 - 0.5 + (0.2 - 0.1)), GroupGap.Of(yes_N, Labels, Groups, new FairnessConfig { Odds = 3 }).item<double>(), 12);
    }

    [Fact]
    public void Its_gradient_pulls_the_groups_together()
    {
        using var scope = NewDisposeScope();
        var yes_N = tensor([0.9, 0.2, 0.7, 0.1, 0.5], requires_grad: true);
        GroupGap.Of(yes_N, Labels, Groups, new FairnessConfig { Parity = 1 }).backward();

        Assert.Equal([1 / 3.0, 1 / 3.0, 1 / 3.0, -0.5, -0.5], yes_N.grad!.data<double>().ToArray(), new Near());
    }

    [Fact]
    public void A_batch_of_one_group_has_no_gap()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(
            0, GroupGap.Of(tensor([0.9, 0.2]), [1, 0], [1, 1], new FairnessConfig { Parity = 1, Odds = 1 }).item<double>());
    }

    [Fact]
    public void Weights_are_those_of_kamiran_and_calders_and_make_class_and_group_independent()
    {
        var rows = new LabelledRows(new float[8], [1], [1, 1, 1, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1]);
        var weights = GroupGap.Weights(rows);

        // P(g) = P(y) = ½, P(g, y) is 3/8 or 1/8.
        Assert.Equal([2 / 3f, 2 / 3f, 2 / 3f, 2f, 2f, 2 / 3f, 2 / 3f, 2 / 3f], weights);
        Assert.Equal(2f, Enumerable.Range(0, 4).Where(row => rows.Labels[row] == 1).Sum(row => weights[row]), 6);
        Assert.Equal(1f, weights.Average(), 6);
    }

    private sealed class Near : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-12;

        public int GetHashCode(double obj) => 0;
    }
}
