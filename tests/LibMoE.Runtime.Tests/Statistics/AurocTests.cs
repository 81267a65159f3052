namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>The area under the curve and DeLong's error, held to the double sums that define them.</summary>
public sealed class AurocTests
{
    [Fact]
    public void The_area_is_the_share_of_pairs_in_the_right_order_with_ties_half()
    {
        // Pairs of (0.35, 0.8) with (0.1, 0.4, 0.35): one in order, one not, one tie; three in order.
        var area = Auroc.Of([0.1, 0.4, 0.35, 0.8, 0.35], [false, false, true, true, false]);

        Assert.Equal(4.5 / 6, area.Value, 15);
    }

    [Fact]
    public void It_is_one_in_order_nought_backwards_and_half_where_all_scores_are_one()
    {
        bool[] positive = [false, false, true, true];

        Assert.Equal(new Auroc(1, 0), Auroc.Of([1, 2, 3, 4], positive));
        Assert.Equal(new Auroc(0, 0), Auroc.Of([4, 3, 2, 1], positive));
        Assert.Equal(new Auroc(0.5, 0), Auroc.Of([7, 7, 7, 7], positive));
        Assert.Equal((0.5, 0.5), Auroc.Of([7, 7, 7, 7], positive).Interval());
    }

    [Fact]
    public void Without_one_of_the_classes_there_is_none() =>
        Assert.Equal(new Auroc(double.NaN, double.NaN), Auroc.Of([1, 2], [true, true]));

    [Fact]
    public void The_error_is_that_of_delongs_structural_components()
    {
        var random = new Random(3);
        bool[] positive = [.. Enumerable.Range(0, 60).Select(_ => random.Next(3) == 0)];
        double[] scores = [.. positive.Select(yes => Math.Round(random.NextDouble() + (yes ? 0.4 : 0), 1))];
        double[] x = [.. scores.Where((_, at) => positive[at])], y = [.. scores.Where((_, at) => !positive[at])];

        // DeLong et al. 1988: θ = ΣΣψ/(mn), V10(X_i) = Σ_j ψ/n, V01(Y_j) = Σ_i ψ/m, S = Σ(V − θ)²/(count − 1), var = S10/m + S01/n.
        var theta = x.Average(own => y.Average(other => Psi(own, other)));
        var s10 = x.Sum(own => Math.Pow(y.Average(other => Psi(own, other)) - theta, 2)) / (x.Length - 1);
        var s01 = y.Sum(other => Math.Pow(x.Average(own => Psi(own, other)) - theta, 2)) / (y.Length - 1);
        var area = Auroc.Of(scores, positive);

        Assert.Equal(theta, area.Value, 12);
        Assert.Equal(Math.Sqrt(s10 / x.Length + s01 / y.Length), area.StdErr, 12);
        Assert.Equal(area.Value + 1.959963984540054 * area.StdErr, area.Interval().High, 9);

        static double Psi(double own, double other) => own > other ? 1 : own == other ? 0.5 : 0;
    }

    [Fact]
    public void Its_interval_holds_the_area_of_two_normal_classes_about_as_often_as_it_says()
    {
        // Scores N(1, 1) and N(0, 1): the area is Φ(1/√2).
        var (random, held, truth) = (new Random(1), 0, 0.7602499389065233);
        bool[] positive = [.. Enumerable.Range(0, 120).Select(at => at % 3 == 0)];
        for (var study = 0; study < 400; study++)
        {
            var (low, high) = Auroc.Of([.. positive.Select(yes => Normal() + (yes ? 1 : 0))], positive).Interval();
            held += low <= truth && truth <= high ? 1 : 0;
        }

        Assert.InRange(held / 400.0, 0.91, 0.98);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    [Fact]
    public void Scores_that_are_no_numbers_are_refused() => Assert.Throws<ArgumentException>(() => Auroc.Of([double.NaN], [true]));
}
