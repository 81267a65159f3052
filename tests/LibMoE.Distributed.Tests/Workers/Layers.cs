using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Switch balance over the whole batch.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class SwitchMoe;

/// <summary>The same with each rank's own part.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SoftmaxGate(TopK = 2), SwitchBalance(0.01, PerRank = true)]
public sealed partial class PerRankMoe;

/// <summary>A shared expert, loss-free balancing, balance per sequence.</summary>
[MoeLayer, Experts<SwiGlu>(6, Hidden = 48), SharedExperts<SwiGlu>(1, Hidden = 48), SigmoidGate(TopK = 2), BiasBalance(0.001)]
[SequenceBalance(0.0001)]
public sealed partial class BiasMoe;

/// <summary>A term that is no mean, biases, a plain activation, z-loss.</summary>
[MoeLayer, Experts<Gelu>(6, Hidden = 48, Bias = true), SoftmaxGate(TopK = 2), ImportanceBalance(0.01), RouterZLoss(0.001)]
public sealed partial class ImportanceMoe;

/// <summary>Noise, and the smooth load and entropy of each rank's own part.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), NoisyTopKGate(TopK = 2), LoadBalance(0.01, PerRank = true)]
[EntropyBalance(0.01, Over = Over.Batch, PerRank = true)]
public sealed partial class NoisyPerRankMoe;

/// <summary>Noise on the router's input; its terms are means.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SoftmaxGate(TopK = 2, Jitter = 0.1), RouterZLoss(0.001)]
public sealed partial class JitterMoe;

/// <summary>Seats are counted per call.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SoftmaxGate(TopK = 2), SwitchBalance(0.01, PerRank = true), Capacity(1.0)]
public sealed partial class CapacityMoe;

/// <summary>Picks of the step so far.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SoftmaxGate(TopK = 2), GlobalBatchBalance(0.01)]
public sealed partial class GlobalMoe;

/// <summary>A bias by quantiles.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SigmoidGate(TopK = 2), BiasBalance(0.01, Update = BiasUpdate.Quantile)]
public sealed partial class QuantileMoe;

/// <summary>Varying numbers of picks, and a coefficient that follows them.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), ReluGate(0.75)]
public sealed partial class ReluMoe;

/// <summary>Two groups of experts and some without matrices.</summary>
[MoeLayer, Experts<SwiGlu>(6, Hidden = 48), Experts<Gelu>(5, Hidden = 32, Bias = true), Experts<Copy>(1), Experts<Constant>(1)]
[SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class GroupsMoe;

/// <summary>Experts in a latent space, of which every pick's own output is asked for.</summary>
[MoeLayer, Experts<SwiGlu>(6, Hidden = 48), LatentExperts(24), SoftmaxGate(TopK = 2), DiversityLoss(0.01), RouterZLoss(0.001)]
public sealed partial class LatentMoe;

/// <summary>Weights on what experts read.</summary>
[MoeLayer, Experts<SwiGlu>(6, Hidden = 48), SigmoidGate(TopK = 2, WeighInput = true), SwitchBalance(0.01)]
public sealed partial class InputMoe;

/// <summary>Slots that mix tokens.</summary>
[MoeLayer, Experts<Gelu>(6, Hidden = 48, Bias = true), SoftSlotsGate(2)]
public sealed partial class SlotsMoe;

/// <summary>One layer in the first block, another in the second.</summary>
[MoeLayer, Experts<SwiGlu>(6, Hidden = 48), SoftmaxGate(TopK = 2), RouterZLoss(0.001)]
public sealed partial class BlocksMoe
{
    /// <summary>The first block's.</summary>
    [MoeLayer(Blocks = "0"), Experts<Gelu>(4, Hidden = 64), SigmoidGate(TopK = 1), SequenceBalance(0.001)]
    public sealed partial class Early;
}

/// <summary>Experts of a kind that is declared here.</summary>
[MoeLayer, Experts<OwnExpert>(4), SoftmaxGate(TopK = 2)]
public sealed partial class OwnMoe;

/// <summary>One matrix.</summary>
public sealed class OwnExpert : nn.Module<Tensor, Tensor>, IExpertKind<OwnExpert>
{
    private readonly TorchSharp.Modules.Linear _linear;

    private OwnExpert(ExpertPlace place)
        : base(nameof(OwnExpert))
    {
        _linear = nn.Linear(place.Shape.Dim, place.Shape.Dim, device: place.Shape.Device);
        RegisterComponents();
    }

    public static OwnExpert Create(ExpertPlace place) => new(place);

    public override Tensor forward(Tensor x_ND) => _linear.call(x_ND);
}
