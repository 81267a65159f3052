using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Analysis.Metrics;

public class TensorMetricsTests
{
    [Fact]
    public void Orthogonal_rows_have_no_similarity_and_parallel_ones_all()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0, WeightSimilarity.Of(eye(5)), 1e-15);
        Assert.Equal(1, WeightSimilarity.Of(ones(3, 4) * tensor(new float[] { 1, 2, 3 }).unsqueeze(1)), 1e-7);
        Assert.Equal(-1, WeightSimilarity.Of(tensor(new double[] { 1, 0, -2, 0 }, [2, 2])), 1e-15);
        Assert.Equal(0, WeightSimilarity.Of(ones(1, 4)));
    }

    [Fact]
    public void Weight_similarity_is_the_mean_cosine_of_all_pairs()
    {
        using var scope = NewDisposeScope();
        using var draws = new Generator(3);
        var rows = randn([6, 9], ScalarType.Float64, generator: draws);
        var plain = Pairs(6).Average(pair => Cosine(rows[pair.I], rows[pair.J]));
        Assert.Equal(plain, WeightSimilarity.Of(rows), 1e-12);
        Assert.Equal(Cosine(rows[1], rows[4]), WeightSimilarity.Matrix(rows)[1][4], 1e-12);
    }

    [Fact]
    public void Output_similarity_is_the_mean_cosine_over_tokens()
    {
        using var scope = NewDisposeScope();
        using var moreDraws = new Generator(5);
        var outputs_ETD = randn([4, 10, 5], ScalarType.Float64, generator: moreDraws);
        var similarity = OutputSimilarity.Of(outputs_ETD);
        foreach (var (i, j) in Pairs(4))
        {
            Assert.Equal(Enumerable.Range(0, 10).Average(t => Cosine(outputs_ETD[i, t], outputs_ETD[j, t])), similarity[i][j], 1e-12);
        }

        Assert.Equal(Pairs(4).Average(pair => similarity[pair.I][pair.J]), OutputSimilarity.Mean(similarity), 1e-12);
        Assert.All(Enumerable.Range(0, 4), expert => Assert.Equal(1, similarity[expert][expert], 1e-12));
    }

    [Fact]
    public void Experts_that_do_the_same_are_similar_and_a_zero_output_is_not()
    {
        using var scope = NewDisposeScope();
        using var draws = new Generator(7);
        var y_TD = randn([6, 5], ScalarType.Float64, generator: draws);
        var similarity = OutputSimilarity.Of(stack([y_TD, y_TD * 3, y_TD * 0]));
        Assert.Equal(1, similarity[0][1], 1e-12);
        Assert.Equal(0, similarity[0][2]);
        Assert.Equal(1.0 / 3, OutputSimilarity.Mean(similarity), 1e-12);
    }

    [Fact]
    public void The_diversity_probe_divides_by_K_squared_and_leaves_negative_cosines_out()
    {
        using var scope = NewDisposeScope();
        using var moreDraws = new Generator(9);
        var outputs_TKD = randn([7, 3, 5], ScalarType.Float64, generator: moreDraws);
        var plain = Enumerable.Range(0, 7).Average(t =>
            Pairs(3).Sum(pair => Math.Max(0, Cosine(outputs_TKD[t, pair.I], outputs_TKD[t, pair.J]))) / 9);
        Assert.Equal(plain, OutputSimilarity.Probe(outputs_TKD), 1e-12);
        Assert.Equal(0.5, OutputSimilarity.Probe(ones([4, 2, 3])), 1e-12);
    }

    [Fact]
    public void Update_magnitude_tells_how_far_a_block_moves_the_stream()
    {
        using var scope = NewDisposeScope();
        // h = (3, 4), Δ = (5, 0): ‖h‖ 5, ‖Δ‖ 5, h + Δ = (8, 4), cos = (24 + 16)/(5·√80).
        var update = UpdateMagnitude.Of(tensor(new double[] { 3, 4 }, [1, 2]), tensor(new double[] { 8, 4 }, [1, 2]));
        Assert.Equal(5, update.Residual, 1e-12);
        Assert.Equal(5, update.Update, 1e-12);
        Assert.Equal(1, update.Relative, 1e-12);
        Assert.Equal(40 / (5 * Math.Sqrt(80)), update.Cosine, 1e-12);
    }

    [Fact]
    public void Update_magnitude_of_random_tokens_is_a_mean_over_them()
    {
        using var scope = NewDisposeScope();
        using var draws = new Generator(1);
        var before = randn([2, 5, 4], ScalarType.Float64, generator: draws);
        using var moreDraws = new Generator(2);
        var after = randn([2, 5, 4], ScalarType.Float64, generator: moreDraws);
        var tokens = Enumerable.Range(0, 10).Select(t => (H: Row(before[t / 5, t % 5]), A: Row(after[t / 5, t % 5]))).ToList();
        double Norm(double[] x) => Math.Sqrt(x.Sum(value => value * value));
        double[] Minus(double[] x, double[] y) => [.. x.Zip(y, (one, other) => one - other)];

        var update = UpdateMagnitude.Of(before, after);

        Assert.Equal(tokens.Average(t => Norm(t.H)), update.Residual, 1e-12);
        Assert.Equal(tokens.Average(t => Norm(Minus(t.A, t.H))), update.Update, 1e-12);
        Assert.Equal(tokens.Average(t => Norm(Minus(t.A, t.H)) / Norm(t.H)), update.Relative, 1e-12);
        Assert.Equal(tokens.Average(t => Math.Abs(t.H.Zip(t.A, (x, y) => x * y).Sum()) / Norm(t.H) / Norm(t.A)), update.Cosine, 1e-12);
    }

    [Fact]
    public void A_tensor_that_changes_its_shape_has_no_drift()
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<ArgumentException>(() => new ParameterDrift().Add("router", ones(2, 3), ones(3)));

        Assert.StartsWith("A tensor keeps its shape between checkpoints; it was [2, 3] and is [3].", error.Message);
    }

    [Fact]
    public void Parameter_drift_is_relative_to_where_the_group_was()
    {
        using var scope = NewDisposeScope();
        var drift = new ParameterDrift();
        drift.Add("router", tensor(new[] { 3.0, 0 }), tensor(new[] { 3.0, 2 }));
        drift.Add("router", tensor(new[] { 4.0 }), tensor(new[] { 4.0 - Math.Sqrt(2.25) }));
        drift.Add("other", zeros(3), ones(3));

        Assert.Equal(2.5 / 5, drift.Relative["router"]!.Value, 1e-12);
        Assert.Null(drift.Relative["other"]);
        Assert.Equal(
            ["router", "experts", "experts", "attention", "embedding", "other"],
            new[]
            {
                "blocks.0.ffn.router.weight", "blocks.1.ffn.experts.up", "blocks.0.ffn.shared.down", "blocks.0.attention.query.weight",
                "head.weight", "norm.weight"
            }
                .Select(ParameterDrift.GroupOf));
    }

    [Fact]
    public void A_step_costs_three_forward_passes()
    {
        var cost = StepCost.Of(flopsPerToken: 1000, tokensPerStep: 64, tokensPerSecond: 640);
        Assert.Equal(192_000, cost.FlopsPerStep);
        Assert.Equal(100, cost.MillisecondsPerStep);
        Assert.Equal(1_920_000, cost.FlopsPerSecond, 1e-6);
    }

    private static IEnumerable<(int I, int J)> Pairs(int count) =>
        from i in Enumerable.Range(0, count)
        from j in Enumerable.Range(0, count)
        where i != j
        select (i, j);

    private static double[] Row(Tensor x) => x.contiguous().data<double>().ToArray();

    private static double Cosine(Tensor x, Tensor y)
    {
        var (a, b) = (Row(x), Row(y));
        return a.Zip(b, (one, other) => one * other).Sum() / Math.Sqrt(a.Sum(value => value * value)) / Math.Sqrt(
            b.Sum(value => value * value));
    }
}
