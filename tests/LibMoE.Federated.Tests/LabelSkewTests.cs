using Federated;
using LibMoE.Runtime;

namespace LibMoE.Federated.Tests;

/// <summary>How examples/Federated divides rows among members.</summary>
public sealed class LabelSkewTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 10_000).Select(row => row % 10)];

    [Theory]
    [InlineData(0.1)]
    [InlineData(100)]
    public void Every_row_is_one_member_s_and_every_member_has_rows(double alpha)
    {
        var parts = LabelSkew.Divide(Labels, members: 10, alpha, seed: 0);

        Assert.Equal(Enumerable.Range(0, Labels.Length), parts.SelectMany(part => part).Order());
        Assert.Equal(10, parts.Count);
        Assert.All(parts, part => Assert.InRange(part.Length, LabelSkew.Least, Labels.Length));
        Assert.All(parts, part => Assert.Equal(part.Order(), part));
    }

    [Fact]
    public void Shares_of_a_class_vary_as_those_of_the_distribution()
    {
        // Of a symmetric Dirichlet over m members each share has variance (m − 1)/(m²·(m·α + 1)).
        const int Members = 10;
        foreach (var (alpha, tolerance) in new[] { (1.0, 0.1), (100.0, 0.1) })
        {
            var squares = Enumerable.Range(0, 40).SelectMany(seed => LabelSkew.Divide(Labels, Members, alpha, seed))
                .SelectMany(part => part.CountBy(row => Labels[row]).Select(kind => kind.Value / 1000.0)
                    .Concat(Enumerable.Repeat(0.0, Members)).Take(Members))
                .Average(share => (share - 0.1) * (share - 0.1));

            var variance = (Members - 1.0) / (Members * Members * (Members * alpha + 1));
            Assert.InRange(squares / variance, 1 - tolerance, 1 + tolerance);
        }
    }

    [Fact]
    public void A_small_alpha_leaves_a_member_few_classes_and_a_large_one_all()
    {
        Assert.InRange(LargestShare(0.1), 0.45, 0.95);
        Assert.InRange(LargestShare(100), 0.1, 0.15);

        static double LargestShare(double alpha) => LabelSkew.Divide(Labels, 10, alpha, seed: 0)
            .Average(part => part.CountBy(row => Labels[row]).Max(kind => kind.Value) / (double)part.Length);
    }

    [Fact]
    public void The_seed_decides_and_nothing_else()
    {
        Assert.Equal(LabelSkew.Divide(Labels, 10, 0.1, seed: 3), LabelSkew.Divide(Labels, 10, 0.1, seed: 3));
        Assert.NotEqual(LabelSkew.Divide(Labels, 10, 0.1, seed: 3), LabelSkew.Divide(Labels, 10, 0.1, seed: 4));
    }

    [Fact]
    public void Too_many_members_are_refused() => Assert.Equal(
        "20 rows with Skew:Alpha 0.1 leave some of 10 members below 10 rows; take a larger α.",
        Assert.Throws<ConfigurationException>(() => LabelSkew.Divide(Labels[..20], 10, 0.1, seed: 0)).Message);
}
