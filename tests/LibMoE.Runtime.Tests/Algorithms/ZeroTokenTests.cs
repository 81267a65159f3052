using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Tanh>(3, Hidden = 4), SoftSlotsGate(2)]
internal sealed partial class OwnSlotsLayer;

/// <summary>A call without tokens, as the last part of a split batch may be one, is a call like any other:
/// nothing out, terms of 0, gradients of 0.</summary>
public class ZeroTokenTests
{
    private static readonly Dictionary<string, MoeVariant> Variants = new[]
    {
        MoeVariant.Of<SoftmaxSwiGluShared>(), MoeVariant.Of<SigmoidReluShared>(), MoeVariant.Of<SigmoidGelu>(),
        MoeVariant.Of<CosineGelu>(), MoeVariant.Of<PerturbedGelu>(), MoeVariant.Of<HyperGeluShared>(),
        MoeVariant.Of<OnePickNormalised>(), MoeVariant.Of<XMoeLayer>(), MoeVariant.Of<Layers.NoisyLayer>(),
        MoeVariant.Of<NoisyBalancedLayer>(), MoeVariant.Of<ReluGateLayer>(), MoeVariant.Of<TernaryLayer>(),
        MoeVariant.Of<ResidualLayer>(), MoeVariant.Of<ExpertChoiceLayer>(), MoeVariant.Of<HashLayer>(), MoeVariant.Of<SoftSlotsLayer>(),
        MoeVariant.Of<GroupedSoftmaxLayer>(), MoeVariant.Of<GroupedSigmoidLayer>(), MoeVariant.Of<LossFreeLayer>(),
        MoeVariant.Of<ZeroComputeLayer>(), MoeVariant.Of<MixedLayer>(), MoeVariant.Of<BiasedLayer>(), MoeVariant.Of<GatedSharedLayer>(),
        MoeVariant.Of<DroppingLayer>(), MoeVariant.Of<PaddingLayer>(), MoeVariant.Of<DropoutLayer>(), MoeVariant.Of<ManyTermsLayer>(),
        MoeVariant.Of<SigmoidTermsLayer>(), MoeVariant.Of<DiverseLayer>(), MoeVariant.Of<DroppingDiverseLayer>(),
        MoeVariant.Of<OwnGateAndExperts>(), MoeVariant.Of<OwnIdlePerPickLayer>(), MoeVariant.Of<OwnSlotsLayer>(),
        MoeVariant.Of<DeepSeekV3Style>(),
    }.ToDictionary(variant => variant.Name);

    public static TheoryData<string> Names => [.. Variants.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_call_without_tokens_goes_through_forward_and_backward(string name)
    {
        long[][] shapes = [[0, 6], [2, 0, 6], [0, 3, 6], [2, 0, 3, 6]];
        foreach (var (shape, type) in shapes.SelectMany(
            shape => new[] { (shape, ScalarType.Float32), (shape, ScalarType.Float64), (shape, ScalarType.BFloat16) }))
        {
            using var scope = NewDisposeScope();
            using var layer = Variants[name].Create(new MoeShape(6, 5, Layer: 1, Layers: 2) { DType = type });
            var x = empty(shape, type, requires_grad: true);
            var context = new MoeContext
            {
                TokenIds = empty(shape[..^1], ScalarType.Int64),
                PreviousLogits = layer.Declaration.Gate is ResidualGateAttribute
                    ? empty([.. shape[..^1], layer.Declaration.RoutableExperts], layer.Shape.RouterDType)
                    : null,
            };

            foreach (var told in new[] { context, new MoeContext { PreviousLogits = context.PreviousLogits, Mask = empty(
                shape[..^1], ScalarType.Bool) } })
            {
                var output = layer.forward(x, told);

                Assert.Equal(shape, output.Hidden.shape);
                Assert.Equal(type, output.Hidden.dtype);
                Assert.All(output.Routing.Losses, term => Assert.Equal(0, term.Value.to(ScalarType.Float64).item<double>()));
                if (output.Routing.TokensPerExpert is { } counts_E)
                {
                    Assert.Equal(0, counts_E.sum().item<long>());
                    layer.AfterOptimizerStep(counts_E, 0);
                }

                (output.Hidden.sum() + output.Routing.AuxiliaryLoss.to(type)).backward();
                Assert.All(
                    layer.named_parameters().Where(entry => entry.parameter.grad is not null),
                    entry => Assert.True(entry.parameter.grad!.eq(0).all().item<bool>(), $"{entry.name} has a gradient that is not 0."));
            }
        }
    }

    [Fact]
    public void A_routed_layer_without_tokens_gives_its_experts_gradients_of_zero()
    {
        using var scope = NewDisposeScope();
        using var layer = SoftmaxRelu.Create(new MoeShape(6, 5));

        layer.forward(empty([0, 6], requires_grad: true)).Hidden.sum().backward();

        Assert.NotNull(layer.get_parameter("experts.up")!.grad);
    }
}
