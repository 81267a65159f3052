using Recommendation;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>Methods of examples/Domains/Recommendation without a network, by hand: ten visitors looked at areas 0 and 1, fifty at 1 and 2.
/// </summary>
public sealed class NeighbourTests
{
    private const double Lambda = 50;

    private static readonly double[][] Visitors =
        [.. Enumerable.Repeat(new double[] { 1, 1, 0 }, 10), .. Enumerable.Repeat(new double[] { 0, 1, 1 }, 50)];

    [Fact]
    public void Popularity_counts_visitors_whatever_is_given()
    {
        Same([10, 60, 50], Scores(Neighbours.Popularity, [1, 0, 0]));
        Same([10, 60, 50], Scores(Neighbours.Popularity, [0, 1, 1]));
    }

    [Fact]
    public void Item_neighbours_add_cosines_with_what_is_given_and_none_of_an_area_with_itself()
    {
        // cos(0, 1) = 10/√(10·60), cos(1, 2) = 50/√(60·50), and nobody looked at both 0 and 2.
        var (first, second) = (1 / Math.Sqrt(6), Math.Sqrt(5 / 6.0));

        Same([0, first, 0], Scores(Neighbours.ItemNeighbours, [1, 0, 0]));
        Same([first, 0, second], Scores(Neighbours.ItemNeighbours, [0, 1, 0]));
        Same([0, first + second, 0], Scores(Neighbours.ItemNeighbours, [1, 0, 1]));
    }

    [Fact]
    public void Ease_is_its_closed_form_on_a_matrix_that_is_inverted_by_hand()
    {
        // XᵀX + 50·I = [60 10 0; 10 110 50; 0 50 100], whose inverse by cofactors is, but for a factor, P = [8500 −1000 500;
        // −1000 6000 −3000; 500 −3000 6500]. B_ij = −P_ij/P_jj, with zeros on the diagonal.
        Same([0, 1 / 6.0, -1 / 13.0], Scores(Neighbours.Ease, [1, 0, 0]));
        Same([2 / 17.0, 0, 6 / 13.0], Scores(Neighbours.Ease, [0, 1, 0]));
        Same([-1 / 17.0, 1 / 2.0, 0], Scores(Neighbours.Ease, [0, 0, 1]));
        Same([-1 / 17.0, 1 / 6.0 + 1 / 2.0, -1 / 13.0], Scores(Neighbours.Ease, [1, 0, 1]));
    }

    [Fact]
    public void Ease_is_where_the_gradient_of_its_loss_is_zero_off_the_diagonal()
    {
        var random = new Random(7);
        double[][] drawn = [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 5).Select(_ => (double)random.Next(2)).ToArray())];
        double[][] b = [.. Enumerable.Range(0, 5).Select(area => Scores(
            Neighbours.Ease, [.. Enumerable.Range(0, 5).Select(other => other == area ? 1.0 : 0)], drawn))];

        // ½·∂/∂B of ‖X − XB‖² + λ‖B‖² is XᵀXB − XᵀX + λB.
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(0, b[i][i]);
            foreach (var j in Enumerable.Range(0, 5).Where(j => j != i))
            {
                var slope = Lambda * b[i][j] + drawn.Sum(row => row[i] * (row.Select((x, k) => x * b[k][j]).Sum() - row[j]));
                Assert.Equal(0, slope, 1e-9);
            }
        }
    }

    [Fact]
    public void An_area_that_nobody_looked_at_has_no_score()
    {
        double[][] visitors = [[1, 1, 0], [1, 0, 0]];

        Assert.All(Neighbours.All, method => Assert.Equal(0, Scores(method.Score, [1, 0, 0], visitors)[2], 1e-12));
    }

    private static void Same(double[] expected, double[] scores)
    {
        Assert.Equal(expected.Length, scores.Length);
        Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private static double[] Scores(Func<Tensor, Tensor, Tensor> method, double[] given, double[][]? visitors = null)
    {
        using var scope = NewDisposeScope();
        double[][] rows = visitors ?? Visitors;
        var train_UI = tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, given.Length]);
        return [.. method(train_UI, tensor(given, [1, given.Length])).data<double>()];
    }
}
