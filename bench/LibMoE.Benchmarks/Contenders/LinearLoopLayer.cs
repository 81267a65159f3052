using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LibMoE.Benchmarks.Contenders;

/// <summary>
/// What a person writes by hand: a list of nn.Linear experts, and a loop that selects each expert's tokens. Softmax router, normalised
/// weights and the switch loss as in the declared layers.
/// </summary>
internal sealed class LinearLoopLayer : MoeLayer
{
    private readonly int _picks;
    private readonly Linear _router;
    private readonly ModuleList<Linear> _gates = [];
    private readonly ModuleList<Linear> _ups = [];
    private readonly ModuleList<Linear> _downs = [];

    public LinearLoopLayer(LayerSize size, MoeDeclaration declaration, MoeShape shape)
        : base(declaration, shape)
    {
        _picks = size.Picks;
        _router = nn.Linear(size.Dim, size.Experts, hasBias: false);
        for (var e = 0; e < size.Experts; e++)
        {
            _gates.Add(nn.Linear(size.Dim, size.Hidden, hasBias: false));
            _ups.Add(nn.Linear(size.Dim, size.Hidden, hasBias: false));
            _downs.Add(nn.Linear(size.Hidden, size.Dim, hasBias: false));
        }

        RegisterComponents();
    }

    /// <summary>The loop in place of a declared variant.</summary>
    public static MoeVariant Variant(LayerSize size)
    {
        var declared = Variants.Of(size);
        return new MoeVariant("nn.Linear loop", declared.Declaration, shape => new LinearLoopLayer(size, declared.Declaration, shape));
    }

    public override MoeOutput forward(Tensor x, MoeContext context)
    {
        using var scope = NewDisposeScope();
        var x_TD = x.reshape(-1, x.shape[^1]);
        var scores_TE = _router.forward(x_TD).softmax(-1);
        var (picked_TK, experts_TK) = scores_TE.topk(_picks);
        var weights_TK = picked_TK / picked_TK.sum(-1, keepdim: true);
        var y_TD = zeros_like(x_TD);
        for (var e = 0; e < _gates.Count; e++)
        {
            var places = experts_TK.eq(e).nonzero();
            if (places.shape[0] == 0)
            {
                continue;
            }

            var token = places.select(1, 0);
            var rows = x_TD.index_select(0, token);
            var output = _downs[e].forward(F.silu(_gates[e].forward(rows)) * _ups[e].forward(rows));
            var weight = weights_TK[TensorIndex.Tensor(token), TensorIndex.Tensor(places.select(1, 1))];
            y_TD = y_TD.index_add(0, token, output * weight.unsqueeze(-1), 1);
        }

        var experts = _gates.Count;
        var counts_E = experts_TK.flatten().bincount(null, experts);
        var loss = 0.01 * experts * (counts_E.to(ScalarType.Float32) / experts_TK.numel() * scores_TE.mean([0])).sum();
        return MoeOutput.Leave(y_TD.reshape(x.shape), new Routing(RoutingKind.TokenChoice)
        {
            Scores = scores_TE,
            Experts = experts_TK,
            Weights = weights_TK,
            TokensPerExpert = counts_E,
            AuxiliaryLoss = loss,
        });
    }
}
