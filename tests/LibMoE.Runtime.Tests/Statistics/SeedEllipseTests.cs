using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>The ellipse of a known covariance.</summary>
public sealed class SeedEllipseTests
{
    /// <summary>Four pairs about (3, 5) with the sample covariance (4/3)·[[1, 0.5], [0.5, 1]]: variance 4/3, r = 0.5.</summary>
    private static readonly (double, double)[] Pairs =
        [(3 + Math.Sqrt(1.5), 5 + Math.Sqrt(1.5)), (3 - Math.Sqrt(1.5), 5 - Math.Sqrt(1.5)), (3 + Math.Sqrt(0.5), 5 - Math.Sqrt(0.5)),
            (3 - Math.Sqrt(0.5), 5 + Math.Sqrt(0.5))];

    [Fact]
    public void Means_deviations_and_correlation_are_those_of_the_pairs()
    {
        var ellipse = SeedEllipse.Of(Pairs);

        Assert.Equal((3.0, 5.0), (Math.Round(ellipse.First.Mean, 12), Math.Round(ellipse.Second.Mean, 12)));
        Assert.Equal(Math.Sqrt(4 / 3.0), ellipse.First.Deviation, 12);
        Assert.Equal(Math.Sqrt(4 / 3.0), ellipse.Second.Deviation, 12);
        Assert.Equal(0.5, ellipse.Correlation, 12);
    }

    [Fact]
    public void Every_point_is_at_a_Mahalanobis_distance_of_one_and_the_axes_are_the_roots_of_the_eigenvalues()
    {
        // S = (4/3)·[[1, ½], [½, 1]] has the eigenvalues 2 along (1, 1) and 2/3 along (1, −1).
        var points = Enumerable.Range(0, 3600).Select(turn => At(Math.PI * turn / 1800)).ToList();

        Assert.All(points, point =>
        {
            var (x, y) = (point.First - 3, point.Second - 5);
            Assert.Equal(1, (x + y) * (x + y) / 2 / 2 + (x - y) * (x - y) / 2 / (2 / 3.0), 12);
        });
        Assert.Equal(Math.Sqrt(2), points.Max(Distance), 1e-6);
        Assert.Equal(Math.Sqrt(2 / 3.0), points.Min(Distance), 1e-6);
        Assert.Equal(3 + Math.Sqrt(4 / 3.0), points.Max(point => point.First), 12);

        static double Distance((double First, double Second) point) =>
            Math.Sqrt(Math.Pow(point.First - 3, 2) + Math.Pow(point.Second - 5, 2));

        static (double First, double Second) At(double turn)
        {
            var ellipse = SeedEllipse.Of(Pairs);
            return SeedEllipse.At(
                turn, (ellipse.First.Mean, ellipse.Second.Mean), (ellipse.First.Deviation, ellipse.Second.Deviation), ellipse.Correlation);
        }
    }

    [Fact]
    public void Figures_of_which_one_does_not_vary_lie_on_a_line_and_one_pair_has_no_ellipse()
    {
        Assert.Equal(0, SeedEllipse.Of([(1, 2), (1, 3), (1, 4)]).Correlation);
        Assert.True(double.IsNaN(SeedEllipse.Of([(1, 2)]).Correlation));
    }
}
