using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Layers;

// Written as other programs write them: these names and defaults do not move.
[MoeLayer, Experts<SwiGlu>(4, Limit = 7, Slope = 1.702, UpOffset = 1, ClampAfterActivation = false, Bias = true)]
[SoftmaxGate(RouterBias = true)]
internal sealed partial class FixedClamp;

[MoeLayer, Experts<SwiGlu>(4), SqrtSoftplusGate(TopK = 2, Scale = 1.5), BiasBalance(0.001, Update = BiasUpdate.Quantile)]
internal sealed partial class FixedSqrtSoftplus;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1), SoftmaxGate]
[LatentExperts(3)]
internal sealed partial class FixedLatent;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate, LatentExperts(3, Norm = true)]
internal sealed partial class FixedLatentNorm;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(Groups = 4, TopGroups = 2, GroupValue = GroupValue.TopTwo)]
[SequenceBalance(0.01, Picks = BalancePicks.Actual), GlobalBatchBalance(0.001)]
internal sealed partial class FixedSoftmaxGroups;

[MoeLayer, Experts<SwiGlu>(8), SigmoidGate(Groups = 4, TopGroups = 2, GroupValue = GroupValue.Largest)]
[SequenceBalance(0.01, Picks = BalancePicks.Unbiased), BiasBalance(0.001, Update = BiasUpdate.Sign, Centered = true)]
internal sealed partial class FixedSigmoidGroups;

[MoeLayer, Experts<SwiGlu>(8), SigmoidGate(Groups = 4, TopGroups = 2, GroupValue = GroupValue.Sum)]
[BiasBalance(0.001, Update = BiasUpdate.Proportional, Centered = false, FeedForwardOnly = true)]
internal sealed partial class FixedGroupSum;

[MoeLayer, Experts<SwiGlu>(8), SigmoidGate(Groups = 4, TopGroups = 2, GroupValue = GroupValue.Default)]
[SequenceBalance(0.01)]
internal sealed partial class FixedGroupDefault;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 4 * 1, Groups = 4, PicksPerGroup = 1)]
internal sealed partial class FixedPicksPerGroup;

/// <summary>The names that programs outside compile against, as they are written there, and what they mean where nothing is
/// written.</summary>
public class FixedNamesTests
{
    public static TheoryData<MoeVariant> Variants =>
    [
        MoeVariant.Of<FixedClamp>(), MoeVariant.Of<FixedSqrtSoftplus>(), MoeVariant.Of<FixedLatent>(), MoeVariant.Of<FixedLatentNorm>(),
        MoeVariant.Of<FixedSoftmaxGroups>(), MoeVariant.Of<FixedSigmoidGroups>(), MoeVariant.Of<FixedGroupSum>(),
        MoeVariant.Of<FixedGroupDefault>(), MoeVariant.Of<FixedPicksPerGroup>(),
    ];

    [Theory, MemberData(nameof(Variants))]
    public void A_declaration_by_these_names_runs(MoeVariant variant)
    {
        using var scope = NewDisposeScope();
        using var layer = variant.Create(new MoeShape(6, 5));

        Assert.Equal([7L, 6], layer.forward(randn(7, 6)).Hidden.shape);
    }

    [Fact]
    public void Experts_and_shared_experts_are_plain_unless_something_is_written()
    {
        foreach (ExpertGroupAttribute group in new ExpertGroupAttribute[]
        {
            new ExpertsAttribute<SwiGlu>(4), new SharedExpertsAttribute<SwiGlu>(1),
        })
        {
            Assert.Equal((0.0, 1.0, 0.0, false, false, 0),
                (group.Limit, group.Slope, group.UpOffset, group.ClampAfterActivation, group.Bias, group.Hidden));
        }

        var shared = new SharedExpertsAttribute<SwiGlu>(1);
        Assert.Equal((1.0, false, false, false), (shared.Scale, shared.Gated, shared.InRouterSum, shared.Mixed));
    }

    [Fact]
    public void Gates_share_their_defaults()
    {
        GroupedGateAttribute[] gates = [new SoftmaxGateAttribute(), new SigmoidGateAttribute(), new SqrtSoftplusGateAttribute()];
        Assert.All(gates, gate => Assert.Equal(
            (2, 1.0, true, false, 0.0, 0, 0, GroupValue.Default, 0),
            (gate.TopK, gate.Scale, gate.Normalize, gate.RouterBias, gate.Jitter, gate.Groups, gate.TopGroups, gate.GroupValue,
                gate.PicksPerGroup)));
        Assert.All(gates, gate => Assert.Equal(
            (0.0, false, false, false, false, false),
            (gate.LogitCap, gate.ExpertScale, gate.WeighInput, gate.SkipZero, gate.Sinkhorn, gate.MaskByZero)));
    }

    [Fact]
    public void Balancing_terms_do_as_they_did_unless_something_is_written()
    {
        var bias = new BiasBalanceAttribute(0.001);
        Assert.Equal((BiasUpdate.Sign, false, false, 0), (bias.Update, bias.Centered, bias.FeedForwardOnly, bias.FreezeAfter));
        Assert.Equal(BalancePicks.Actual, new SequenceBalanceAttribute(0.01).Picks);
        Assert.Equal(0.001, new GlobalBatchBalanceAttribute(0.001).Coefficient);
        Assert.False(new LatentExpertsAttribute(3).Norm);
    }

    [Fact]
    public void The_latent_stands_in_the_state_dict_as_down_and_up_and_experts_are_as_wide_as_it()
    {
        using var layer = FixedLatent.Create(new MoeShape(6, 5));
        var state = layer.state_dict();

        Assert.Equal([6L, 3], state["latent.down"].shape);
        Assert.Equal([3L, 6], state["latent.up"].shape);
        Assert.Equal([4L, 3, 10], state["experts.gate_up"].shape);
        Assert.Equal([6L, 10], state["shared.gate_up"].shape);
        Assert.Equal([4L, 6], state["router.weight"].shape);
    }
}
