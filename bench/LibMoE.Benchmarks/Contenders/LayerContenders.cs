using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Contenders;

/// <summary>One layer of a size, computed in several ways.</summary>
internal static class LayerContenders
{
    /// <summary>The floor, the loop, and the emitted layer in float32 and with bfloat16 matmuls; forward with one token, of which
    /// the floor reads one expert's matrices and a layer those of each pick, also the matmuls of picked experts.</summary>
    public static IReadOnlyList<Contender> All(LayerSize size, bool backward)
    {
        var inputs = new LayerInputs(size);
        return
        [
            Floor(size, backward),
            .. size.Tokens == 1 && !backward ? [Picked(size)] : Array.Empty<Contender>(),
            Layer("nn.Linear loop", LinearLoopLayer.Variant(size).Create(Shape(size, null)), inputs, backward),
            Layer("emitted fp32", Emitted(size, null), inputs, backward),
            Layer("emitted bf16", Emitted(size, ScalarType.BFloat16), inputs, backward),
        ];
    }

    /// <summary>The declared layer of a size.</summary>
    public static MoeLayer Emitted(LayerSize size, ScalarType? compute) => Variants.Of(size).Create(Shape(size, compute));

    /// <summary>A step through a layer and its balancing loss, with all gradients.</summary>
    public static Contender Layer(string name, MoeLayer layer, LayerInputs inputs, bool backward) => new(name, round =>
    {
        if (!backward)
        {
            using var quiet = no_grad();
            layer.forward(inputs.Tokens(round));
            return;
        }

        var x = inputs.Tokens(round);
        var output = layer.forward(x);
        autograd.backward([output.Hidden, output.Routing.AuxiliaryLoss], [inputs.Upstream_TD, ones_like(output.Routing.AuxiliaryLoss)]);
        x.grad = null;
        foreach (var parameter in layer.parameters())
        {
            parameter.grad = null;
        }
    });

    /// <summary>Dense float32 matmuls of the same active FLOPs: all rows with one expert's matrices, and nothing else.</summary>
    public static Contender Floor(LayerSize size, bool backward)
    {
        var width = 2 * size.Hidden;
        var x_ND = randn(size.Rows, size.Dim);
        var a_NH = randn(size.Rows, size.Hidden);
        var dh_NW = randn(size.Rows, width);
        var dy_ND = randn(size.Rows, size.Dim);
        var up_DW = randn(size.Dim, width);
        var down_HD = randn(size.Hidden, size.Dim);
        return new Contender("floor (dense matmuls)", _ =>
        {
            using var quiet = no_grad();
            x_ND.mm(up_DW);
            a_NH.mm(down_HD);
            if (backward)
            {
                dy_ND.mm(down_HD.t());
                a_NH.t().mm(dy_ND);
                dh_NW.mm(up_DW.t());
                x_ND.t().mm(dh_NW);
            }
        });
    }

    /// <summary>The two matmuls of each pick of one token, with experts drawn in every round, and nothing else.</summary>
    private static Contender Picked(LayerSize size)
    {
        var ups_DW = Enumerable.Range(0, size.Experts).Select(_ => randn(size.Dim, 2 * size.Hidden)).ToList();
        var downs_HD = Enumerable.Range(0, size.Experts).Select(_ => randn(size.Hidden, size.Dim)).ToList();
        var x_1D = randn(1, size.Dim);
        var a_1H = randn(1, size.Hidden);
        return new Contender("matmuls of the picked", round =>
        {
            using var quiet = no_grad();
            var experts = Enumerable.Range(0, size.Experts).ToArray();
            new Random(round).Shuffle(experts);
            foreach (var expert in experts.Take(size.Picks))
            {
                x_1D.mm(ups_DW[expert]);
                a_1H.mm(downs_HD[expert]);
            }
        });
    }

    private static MoeShape Shape(LayerSize size, ScalarType? compute) => new(size.Dim) { Compute = compute };
}
