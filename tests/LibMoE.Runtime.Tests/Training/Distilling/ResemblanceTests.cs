using LibMoE.Runtime.Training.Distilling;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Distilling;

/// <summary>Distances of hidden states and of routers, against their formulas in plain loops and central differences.</summary>
public sealed class ResemblanceTests
{
    private const double Step = 1e-6;

    private static readonly double[][] Told = [[1, 2, 0], [0, -1, 1], [2, 0.5, 1]];
    private static readonly double[][] Own = [[0.5, 1], [1, -1], [0.3, 0.2]];

    [Fact]
    public void Hidden_states_of_other_widths_are_compared_by_what_tokens_resemble_each_other()
    {
        using var scope = NewDisposeScope();
        var own = Matrix(Own).requires_grad_();
        var distance = Resemblance.OfHidden(Matrix(Told), own);
        distance.backward();

        Assert.Equal(Distance(Own), distance.item<double>(), 12);
        AssertSlopes(own.grad!, Own, Distance);

        static double Distance(double[][] own)
        {
            var (wanted, made) = (Rows(Told), Rows(own));
            return Enumerable.Range(0, 9).Average(place => Math.Pow(wanted[place / 3][place % 3] - made[place / 3][place % 3], 2));
        }

        static double[][] Rows(double[][] x) =>
        [
            .. x.Select(one => x.Select(other => one.Zip(other, (a, b) => a * b).Sum()).ToArray())
                .Select(row => row.Select(value => value / Math.Sqrt(row.Sum(each => each * each))).ToArray()),
        ];
    }

    [Fact]
    public void Turned_and_stretched_hidden_states_are_no_distance_away()
    {
        using var scope = NewDisposeScope();
        var (x, turn) = (Matrix(Own), tensor(new double[] { 0, -3, 3, 0 }, [2, 2]));

        Assert.Equal(0, Resemblance.OfHidden(x, x.matmul(turn)).item<double>(), 12);
        Assert.Equal(
            Resemblance.OfHidden(Matrix(Told), x).item<double>(),
            Resemblance.OfHidden(stack([Matrix(Told), Matrix(Told)]), stack([x, x])).item<double>(), 12);
    }

    [Fact]
    public void Routers_are_compared_by_the_divergence_of_their_softmaxes_layer_by_layer()
    {
        using var scope = NewDisposeScope();
        double[][] other = [[0.1, 0, 0.4], [1, 1, -1], [0, 0, 3]];
        var own = Matrix(other).requires_grad_();
        var distance = Resemblance.OfRouters([Routed(Matrix(Told)), Routed(Matrix(Told))], [Routed(own), Routed(Matrix(Told))]);
        distance.backward();

        Assert.Equal(Distance(other), distance.item<double>(), 12);
        AssertSlopes(own.grad!, other, Distance);

        // The second layer is as the teacher's.
        static double Distance(double[][] own) => Told.Zip(own).Average(token =>
        {
            var (p, q) = (Softmax(token.First), Softmax(token.Second));
            return p.Zip(q, (wanted, made) => wanted * Math.Log(wanted / made)).Sum();
        }) / 2;

        static double[] Softmax(double[] x) => [.. x.Select(value => Math.Exp(value) / x.Sum(Math.Exp))];
    }

    [Fact]
    public void Other_tokens_layers_and_experts_are_refused()
    {
        using var scope = NewDisposeScope();
        var told = Matrix(Told);

        Assert.Contains("of the same tokens", Refused(() => Resemblance.OfHidden(told, told.narrow(0, 0, 2))), StringComparison.Ordinal);
        Assert.Contains("2 MoE layers of the teacher with 1 of the student",
            Refused(() => Resemblance.OfRouters([Routed(told), Routed(told)], [Routed(told)])), StringComparison.Ordinal);
        Assert.Contains("[3, 3] of the teacher with [3, 2] of the student",
            Refused(() => Resemblance.OfRouters([Routed(told)], [Routed(Matrix(Own))])), StringComparison.Ordinal);
        Assert.Contains("with (none) of the student",
            Refused(() => Resemblance.OfRouters([Routed(told)], [Routed(null)])), StringComparison.Ordinal);
    }

    private static string Refused(Action compare) => Assert.Throws<ConfigurationException>(compare).Message;

    private static Tensor Matrix(double[][] rows) => tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]);

    private static Routing Routed(Tensor? logits) =>
        new(RoutingKind.TokenChoice) { Logits = logits, Weights = ones([3, 1]), AuxiliaryLoss = zeros([]) };

    private static void AssertSlopes(Tensor slopes, double[][] at, Func<double[][], double> distance)
    {
        var made = slopes.data<double>().ToArray();
        foreach (var (place, slope) in made.Index())
        {
            Assert.Equal((distance(Moved(place, Step)) - distance(Moved(place, -Step))) / (2 * Step), slope, 7);
        }

        double[][] Moved(int place, double by)
        {
            double[][] moved = [.. at.Select(row => row.ToArray())];
            moved[place / at[0].Length][place % at[0].Length] += by;
            return moved;
        }
    }
}
