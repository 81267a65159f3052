using LibMoE.Runtime.Testing;

namespace LibMoE.Runtime.Tests.Layers;

/// <summary>
/// Every declaration does what it declares: outputs and gradients of the oracle in float64 and float32, finite differences,
/// permutations, masks, replays, files, determinism. The shapes hold a single token (so that most experts have none), 2-D, 3-D and 4-D
/// inputs, a mask, and widths that 16 does not divide.
/// </summary>
public class LayerGridTests
{
    private static readonly Dictionary<string, MoeVariant> Variants = new[]
    {
        MoeVariant.Of<SoftmaxRelu>(), MoeVariant.Of<SoftmaxGeluShared>(), MoeVariant.Of<SoftmaxSwiGluShared>(),
        MoeVariant.Of<SigmoidReluShared>(), MoeVariant.Of<SigmoidGelu>(), MoeVariant.Of<SigmoidSwiGlu>(),
        MoeVariant.Of<CosineRelu>(), MoeVariant.Of<CosineGelu>(), MoeVariant.Of<CosineSwiGluShared>(),
        MoeVariant.Of<PerturbedReluShared>(), MoeVariant.Of<PerturbedGelu>(), MoeVariant.Of<PerturbedSwiGlu>(),
        MoeVariant.Of<HyperRelu>(), MoeVariant.Of<HyperGeluShared>(), MoeVariant.Of<HyperSwiGlu>(),
        MoeVariant.Of<OnePickSoftmax>(), MoeVariant.Of<OnePickNormalised>(), MoeVariant.Of<OnePickSigmoid>(),
        MoeVariant.Of<EveryExpertSoftmax>(), MoeVariant.Of<EveryExpertSigmoid>(), MoeVariant.Of<ManyExperts>(),
        MoeVariant.Of<XMoeLayer>(), MoeVariant.Of<NoisyLayer>(), MoeVariant.Of<ReluGateLayer>(),
        MoeVariant.Of<TernaryLayer>(), MoeVariant.Of<ResidualLayer>(), MoeVariant.Of<ExpertChoiceLayer>(),
        MoeVariant.Of<HashLayer>(), MoeVariant.Of<SoftSlotsLayer>(), MoeVariant.Of<GroupedSoftmaxLayer>(),
        MoeVariant.Of<GroupedSigmoidLayer>(), MoeVariant.Of<LossFreeLayer>(), MoeVariant.Of<ZeroComputeLayer>(),
        MoeVariant.Of<MixedLayer>(), MoeVariant.Of<BiasedLayer>(), MoeVariant.Of<GatedSharedLayer>(),
        MoeVariant.Of<DroppingLayer>(), MoeVariant.Of<PaddingLayer>(), MoeVariant.Of<DropoutLayer>(),
        MoeVariant.Of<ManyTermsLayer>(), MoeVariant.Of<SigmoidTermsLayer>(), MoeVariant.Of<DiverseLayer>(),
        MoeVariant.Of<NoisyBalancedLayer>(), MoeVariant.Of<DroppingDiverseLayer>(),
    }.ToDictionary(variant => variant.Name);

    public static TheoryData<string> Names => [.. Variants.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_declared_layer_does_what_it_declares(string name)
    {
        var report = LayerKit.Check(Variants[name]);
        Assert.Contains(report.Checks, check => check.Passed);
    }
}
