using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2, Normalize = false, Sinkhorn = true), SwitchBalance(0.1)]
internal sealed partial class SinkhornLayer;

[MoeLayer, Experts<Relu>(4), SigmoidGate(TopK = 1, Normalize = false, Sinkhorn = true), ExpertDropout(0.1)]
internal sealed partial class SinkhornSinglePick;

/// <summary>Picks of a balanced assignment in training.</summary>
public class SinkhornTests
{
    [Fact]
    public void The_scaled_matrix_has_even_sums_over_tokens_and_over_experts()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var logits_TE = randn(64, 8, ScalarType.Float64).Plus(randn(8, ScalarType.Float64).Times(3));

        // Rows follow from the columns' factors: a_t makes a token's row sum to 1/T.
        var plan_TE = Sinkhorn.Selection(logits_TE, training: true, mask_T: null).softmax(-1).Over(64);

        Assert.True((plan_TE.sum(1) - (1.0 / 64)).abs().max().item<double>() < 1e-12);
        Assert.True((plan_TE.sum(dim: 0) - (1.0 / 8)).abs().max().item<double>() < 1e-3 / 8);
    }

    [Fact]
    public void A_skewed_router_loads_experts_evenly_in_training_and_as_it_likes_in_evaluation()
    {
        using var scope = NewDisposeScope();
        using var layer = SinkhornLayer.Create(new MoeShape(6, 3) { DType = ScalarType.Float64 });
        using var quiet = no_grad();
        manual_seed(4);
        layer.get_parameter("router.weight")!.normal_(0, 0.5);
        layer.get_parameter("router.weight")![0].fill_(1);
        var x_TD = randn(400, 6, ScalarType.Float64).Plus(1.0);

        layer.train();
        var trained = layer.forward(x_TD).Routing;
        layer.eval();
        var evaluated = layer.forward(x_TD).Routing;

        // Even loads would be 200 each. The plan is even; the two largest of each row of it are only nearly so.
        var (most, least) = (trained.TokensPerExpert!.max().item<long>(), trained.TokensPerExpert!.min().item<long>());
        Assert.True(most - least < Spread(evaluated) / 2, $"{least} to {most} in training, spread {Spread(evaluated)} in evaluation");
        Assert.Equal(0, (trained.Scores! - evaluated.Scores!).abs().max().item<double>());
        Assert.Equal(
            0, (trained.Weights - trained.Scores!.gather(1, trained.Experts!)).abs().max().item<double>());
    }

    [Fact]
    public void Picks_in_training_are_the_largest_of_a_matrix_whose_rows_and_columns_are_scaled_in_plain_loops()
    {
        using var scope = NewDisposeScope();
        using var layer = SinkhornLayer.Create(new MoeShape(6, 3) { DType = ScalarType.Float64 });
        using var quiet = no_grad();
        manual_seed(7);
        layer.get_parameter("router.weight")!.normal_(0, 0.7);
        var routing = layer.forward(randn(60, 6, ScalarType.Float64).Plus(0.5)).Routing;

        var plan_TE = Plan([.. routing.Logits!.data<double>()], experts: 4);
        var picks_TK = routing.Experts!.data<long>().ToArray();
        Assert.All(plan_TE.Index(), row => Assert.Equal(
            row.Item.Index().OrderByDescending(entry => entry.Item).Take(2).Select(entry => (long)entry.Index),
            picks_TK.Skip(2 * row.Index).Take(2)));
    }

    [Fact]
    public void Masked_tokens_take_no_share()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var logits_TE = randn(20, 4, ScalarType.Float64);
        var mask_T = arange(20).lt(12);
        var alone_NE = Sinkhorn.Selection(logits_TE.narrow(0, 0, 12), training: true, mask_T: null);

        var among_TE = Sinkhorn.Selection(logits_TE, training: true, mask_T);

        Assert.True((alone_NE - among_TE.narrow(0, 0, 12)).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void Layers_with_balanced_picks_pass_the_kit()
    {
        LayerKit.Check<SinkhornLayer>();
        LayerKit.Check<SinkhornSinglePick>();
    }

    private static long Spread(Routing routing) =>
        routing.TokensPerExpert!.max().item<long>() - routing.TokensPerExpert!.min().item<long>();

    /// <summary>exp(l), rows scaled to 1/T and columns to 1/E in turn (Sinkhorn 1964).</summary>
    private static double[][] Plan(double[] logits, int experts)
    {
        double[][] plan_TE = [.. logits.Chunk(experts).Select(row => row.Select(Math.Exp).ToArray())];
        for (var round = 0; round < 2000; round++)
        {
            foreach (var row in plan_TE)
            {
                var sum = row.Sum() * plan_TE.Length;
                for (var expert = 0; expert < experts; expert++)
                {
                    row[expert] /= sum;
                }
            }

            for (var expert = 0; expert < experts; expert++)
            {
                var sum = plan_TE.Sum(row => row[expert]) * experts;
                foreach (var row in plan_TE)
                {
                    row[expert] /= sum;
                }
            }
        }

        return plan_TE;
    }
}
