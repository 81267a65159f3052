using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models;

/// <summary>A mixture without the generator: softmax gate, SwiGLU experts, switch balance.</summary>
internal sealed class HandWrittenMoe : MoeLayer
{
    private readonly int _topK;
    private readonly Parameter _router_ED;
    private readonly Parameter _gateUp_FDW;
    private readonly Parameter _down_FHD;

    public HandWrittenMoe(MoeDeclaration declaration, MoeShape shape)
        : base(declaration, shape)
    {
        _topK = ((SoftmaxGateAttribute)declaration.Gate).TopK;
        _router_ED = AddParameter("router.weight");
        _gateUp_FDW = AddParameter("experts.gate_up");
        _down_FHD = AddParameter("experts.down");
    }

    /// <summary>What the last forward pass was told.</summary>
    public MoeContext? LastContext { get; private set; }

    /// <summary>The token ids of the calls in training mode, in order.</summary>
    public List<long[]> TrainedIds { get; } = [];

    /// <summary>What <see cref="AfterOptimizerStep"/> was given, in order.</summary>
    public List<(long[] Picks, long? Tokens)> PicksOfSteps { get; } = [];

    public static MoeVariant Variant(string name = "Hand", int experts = 4, int topK = 2, int hidden = 0, double balance = 0.01) =>
        Variant(Declare(name, experts, topK, hidden, balance));

    public static MoeVariant Variant(MoeDeclaration declaration) =>
        new(declaration.Name, declaration, shape => new HandWrittenMoe(declaration, shape));

    public static MoeDeclaration Declare(
        string name, int experts, int topK, int hidden = 0, double balance = 0, double? capacity = null, bool alone = true) => new()
        {
            Name = name,
            Capacity = capacity is { } factor ? new CapacityAttribute(factor) : null,
            Experts = [new ExpertsAttribute<SwiGlu>(experts) { Hidden = hidden }],
            Gate = new SoftmaxGateAttribute { TopK = topK },
            Balance = balance == 0 ? [] : [new SwitchBalanceAttribute(balance)],
            Kind = RoutingKind.TokenChoice,
            GateRoutesTokensAlone = alone,
            PicksPerToken = topK,
            WeightSum = 1,
            ReadsPreviousLogits = false,
            Formulas = [],
            StructureText = FormattableString.Invariant($"{experts} of {hidden}, {topK} picked"),
            CoefficientsText = FormattableString.Invariant($"{balance}"),
            Parameters = shape =>
            [
                new ParameterSpec("router.weight", [experts, shape.Dim], 0.02) { Router = true },
            new ParameterSpec("experts.gate_up", [experts, shape.Dim, 2 * Width(shape)], 0.02),
            new ParameterSpec("experts.down", [experts, Width(shape), shape.Dim], 0.02 / Math.Sqrt(2.0 * shape.Layers)),
        ],
        };

    public override MoeOutput forward(Tensor x, MoeContext context)
    {
        using var scope = NewDisposeScope();
        LastContext = context;
        if (training && context.TokenIds is { } ids)
        {
            TrainedIds.Add([.. ids.contiguous().data<long>()]);
        }

        var tokens = TokenView.Of(x, context, Shape);
        var slots = Declaration.RoutableExperts;
        var logits_TE = RouterLogits.Linear(tokens.x_TD, _router_ED);
        var experts_TK = Picking.Largest(logits_TE, _topK, tokens.mask_T);
        var weights_TK = CombineWeights.SoftmaxOverPicks(logits_TE, experts_TK);
        var plan = RoutingPlan.Sort(experts_TK, slots);
        var y_TD = RoutedExperts.Run(Activation.SwiGlu, tokens.x_TD, plan, weights_TK, _gateUp_FDW, _down_FHD);
        var losses = new Dictionary<string, Tensor>();
        if (context.Losses && Declaration.Balance is [SwitchBalanceAttribute balance])
        {
            var fractions_E = plan.TokensPerExpert.to(logits_TE.dtype) / plan.TokensPerExpert.sum();
            losses["SwitchBalance"] = balance.Coefficient * slots * (fractions_E * logits_TE.softmax(-1).mean([0])).sum();
        }

        var routing = new Routing(RoutingKind.TokenChoice, () => logits_TE.softmax(-1))
        {
            Logits = logits_TE,
            Experts = experts_TK,
            Weights = weights_TK,
            TokensPerExpert = plan.TokensPerExpert,
            Losses = losses,
            AuxiliaryLoss = losses.Values.Aggregate(zeros(1, logits_TE.dtype).squeeze(), (sum, loss) => sum + loss),
        };
        return MoeOutput.Leave(tokens.Restore(y_TD), routing);
    }

    public override void AfterOptimizerStep(Tensor picks_E, long? tokens = null) =>
        PicksOfSteps.Add((picks_E.data<long>().ToArray(), tokens));

    private static long Width(MoeShape shape) => shape.Hidden;
}
