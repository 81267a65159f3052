using LibMoE.Runtime.Testing;
using LibMoE.Runtime.Tests.Oracle;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Layers;

/// <summary>
/// A gate whose scores are relative to the mean logits of the call, so that tokens meet; it says so, denies it, or says nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CentredGateAttribute : GateAttribute<CentredRouter>
{
    public bool Says { get; init; }

    public bool Alone { get; init; }

    public override bool? RoutesTokensAlone => Says ? Alone : null;
}

internal sealed class CentredRouter : nn.Module, IRouter<CentredRouter, CentredGateAttribute>
{
    private readonly Parameter weight;

    private CentredRouter(RouterPlace place)
        : base(nameof(CentredRouter))
    {
        weight = place.Parameter("weight", 0.5, place.Experts, place.Shape.Dim);
        RegisterComponents();
    }

    public static CentredRouter Create(RouterPlace place, CentredGateAttribute options) => new(place);

    public RouterScores Route(Tensor x_TD)
    {
        var logits_TE = x_TD.to(weight.dtype).matmul(weight.t());
        return new RouterScores(logits_TE, (logits_TE - logits_TE.mean([0], keepdim: true)).sigmoid());
    }
}

[MoeLayer, Experts<Relu>(4), CentredGate(TopK = 2)]
internal sealed partial class SilentGateLayer;

[MoeLayer, Experts<Relu>(4), CentredGate(TopK = 2, Says = true)]
internal sealed partial class HonestGateLayer;

[MoeLayer, Experts<Relu>(4), CentredGate(TopK = 2, Says = true, Alone = true)]
internal sealed partial class LyingGateLayer;

[MoeLayer, Experts<Relu>(4), CentredGate(TopK = 2, Says = true, Alone = true), Capacity(1)]
internal sealed partial class SeatedGateLayer;

/// <summary>What a gate is stands in its declaration, where everyone asks.</summary>
public class GateFactTests
{
    private static readonly KitOptions Quick = new() { Shapes = [new([7], 6, 5)] };

    [Fact]
    public void Every_generated_declaration_says_what_its_gate_is()
    {
        var variants = LibMoERuntimeTestsVariants.All;

        Assert.True(variants.Count > 20, $"{variants.Count} variants");
        Assert.All(variants, variant =>
        {
            Assert.NotNull(variant.Declaration.Kind);
            Assert.NotNull(variant.Declaration.PicksPerToken);
            Assert.NotNull(variant.Declaration.ReadsPreviousLogits);
        });
    }

    [Fact]
    public void The_declared_kind_is_that_of_the_routing() => Assert.All(LibMoERuntimeTestsVariants.All, variant =>
    {
        using var scope = NewDisposeScope();
        var layer = variant.Create(new MoeShape(8, 6));

        var routing = layer.forward(randn(16, 8)).Routing;
        Assert.Equal(variant.Declaration.Kind, routing.Kind);
        Assert.Equal(variant.Declaration.TokensPickExperts, routing.Kind is not (RoutingKind.SoftSlots or RoutingKind.ExpertChoice));
    });

    [Fact]
    public void Declared_weight_sums_are_those_of_the_weights() => Assert.All(
        LibMoERuntimeTestsVariants.All.Where(
            variant => variant.Declaration is { WeightSum: not null, Capacity: null, ExpertDropout: null }),
        variant =>
        {
            using var scope = NewDisposeScope();
            var layer = variant.Create(new MoeShape(8, 6));
            layer.eval();
            var sums_T = layer.forward(randn(16, 8)).Routing.Weights.sum(-1);

            Assert.True((sums_T - variant.Declaration.WeightSum!.Value).abs().max().item<float>() < 1e-5, variant.Name);
        });

    [Fact]
    public void A_gate_that_does_not_say_whether_it_routes_tokens_alone_is_not_scored()
    {
        var rule = BatchRule.Of(MoeVariant.Of<SilentGateLayer>().Declaration);

        Assert.Null(MoeVariant.Of<SilentGateLayer>().Declaration.RoutesTokensAlone);
        Assert.Equal(BatchKind.NotCausal, rule.Kind);
        Assert.StartsWith("CentredGate of SilentGateLayer does not say whether it", rule.Reason, StringComparison.Ordinal);
        var config = new ModelConfig { Dim = 16, Layers = 1, Heads = 2, Hidden = 8, Context = 4 };
        using var model = LanguageModel.Create(config, MoeVariant.Of<SilentGateLayer>());
        Assert.False(model.RoutesTokensAlone);
    }

    [Fact]
    public void A_declaration_of_ones_own_that_does_not_say_is_refused()
    {
        var declaration = Declare.Layer(new SoftmaxGateAttribute(), [Declare.Experts<Relu>(4)]);

        Assert.Equal(BatchKind.NotCausal, BatchRule.Of(declaration).Kind);
        var error = Assert.Throws<ArgumentException>(() => DeclarationCost.ExpertsPerToken(declaration));
        Assert.Contains("PicksPerToken", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_that_says_so_is_scored_as_it_says()
    {
        Assert.Equal(BatchKind.NotCausal, BatchRule.Of(MoeVariant.Of<HonestGateLayer>().Declaration).Kind);
        Assert.Equal(BatchKind.Together, BatchRule.Of(MoeVariant.Of<OwnGateAndExperts>().Declaration).Kind);
        Assert.Equal(BatchKind.OneByOne, BatchRule.Of(MoeVariant.Of<SeatedGateLayer>().Declaration).Kind);
        Assert.False(MoeVariant.Of<SeatedGateLayer>().Declaration.RoutesTokensAlone);
    }

    [Fact]
    public void The_kit_finds_a_gate_that_says_the_opposite_of_what_it_does()
    {
        static KitCheck Claim(MoeVariant variant) =>
            LayerKit.Examine(variant, Quick).Checks.Single(check =>
                check.Name == "a token gives the same alone and among others, as RoutesTokensAlone says");

        Assert.StartsWith("the output", Claim(MoeVariant.Of<LyingGateLayer>()).Failures[0], StringComparison.Ordinal);
        Assert.True(Claim(MoeVariant.Of<OwnGateAndExperts>()).Passed);
        Assert.NotNull(Claim(MoeVariant.Of<HonestGateLayer>()).NotApplicable);
    }

    /// <summary>The names by which multiply-adds were told from other numbers before parameters said what they are.</summary>
    [Fact]
    public void What_is_counted_as_a_matrix_is_what_multiplies()
    {
        static bool ByName(ParameterSpec spec) => !spec.Name.EndsWith("bias", StringComparison.Ordinal)
            && spec.Name is not ("router.temperature" or "router.embedding" or "constant.value"
                or "router.expert_scale" or "router.threshold");

        Assert.All(
            LibMoERuntimeTestsVariants.All.SelectMany(variant => variant.Declaration.Parameters(new MoeShape(8, 6)))
                .Where(spec => !spec.Buffer && spec.Expert is null),
            spec => Assert.True(spec.Matrix == ByName(spec), $"{spec.Name} [{string.Join(", ", spec.Shape)}]"));
    }

    [Fact]
    public void A_new_vector_is_no_matrix_whatever_its_name()
    {
        Assert.False(new ParameterSpec("router.anything", [5]).Matrix);
        Assert.True(new ParameterSpec("router.anything", [5, 7]).Matrix);
        Assert.False(new ParameterSpec("router.anything", [5, 7]) { Matrix = false }.Matrix);
    }

    [Fact]
    public void Shared_experts_of_any_kind_say_their_weight()
    {
        SharedExpertsAttribute[] kinds =
        [
            new SharedExpertsAttribute<Tanh>(1) { Scale = 0.25 }, new SharedExpertsAttribute<SwiGlu>(2) { Scale = 0.25 },
            new SharedExpertsAttribute<ReluSquared>(2) { Scale = 0.25 },
        ];

        Assert.All(kinds, kind => Assert.Equal((0.25, false), (kind.Scale, kind.Gated)));
    }
}
