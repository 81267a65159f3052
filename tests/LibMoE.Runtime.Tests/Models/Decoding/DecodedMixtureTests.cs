using LibMoE.Runtime.Models.Decoding;
using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Decoding;

/// <summary>A mixture that is decoded on kernels for one row gives what the emitted layer gives, without a call of it.</summary>
public sealed class DecodedMixtureTests
{
    private static readonly ModelConfig Small = BackboneParts.All["plain"] with { Context = 40, MoeBlocks = [0, 2], Layers = 3 };

    private static readonly long[] Text = [.. Enumerable.Range(0, 30).Select(token => (long)((7 * token * token + 3 * token) % 13))];

    private static readonly Dictionary<string, MoeVariant> Served = new()
    {
        ["softmax"] = MoeVariant.Of<DecodedSoftmax>(),
        ["softmax, one pick as it is"] = MoeVariant.Of<DecodedSwitch>(),
        ["softmax with router bias, shared experts"] = MoeVariant.Of<DecodedShared>(),
        ["sigmoid with score bias and scale"] = MoeVariant.Of<DecodedLossFree>(),
        ["softmax with a bias on logits"] = MoeVariant.Of<DecodedQuantiles>(),
        ["sigmoid as it is, experts with biases"] = MoeVariant.Of<DecodedSigmoid>(),
    };

    private static readonly Dictionary<string, MoeVariant> Asked = new()
    {
        ["groups"] = MoeVariant.Of<AskedGroups>(),
        ["a cap on logits"] = MoeVariant.Of<AskedCap>(),
        ["experts of two kinds"] = MoeVariant.Of<AskedKinds>(),
        ["clamped experts"] = MoeVariant.Of<AskedClamp>(),
        ["a gated shared expert"] = MoeVariant.Of<AskedShared>(),
        ["weights on the input"] = MoeVariant.Of<AskedInput>(),
        ["dropped experts"] = MoeVariant.Of<AskedDropout>(),
        ["another gate"] = MoeVariant.Of<ResidualLayer>(),
        ["written by hand"] = HandWrittenMoe.Variant(),
    };

    public static TheoryData<string> ServedNames => [.. Served.Keys];

    public static TheoryData<string> AskedNames => [.. Asked.Keys];

    [Theory]
    [MemberData(nameof(ServedNames))]
    public void Served_declarations_agree_with_their_layers_and_do_not_call_them(string name) =>
        Assert.Equal(0, CallsWhileAgreeing(Served[name]));

    [Theory]
    [MemberData(nameof(AskedNames))]
    public void Other_declarations_are_asked_for_each_token_and_layer(string name) =>
        Assert.Equal(2 * (Text.Length - 4), CallsWhileAgreeing(Asked[name]));

    [Fact]
    public void Matrices_in_bfloat16_are_left_to_the_layer()
    {
        using var model = Model(Served["softmax"], ScalarType.BFloat16);

        Assert.All(model.MoeLayers, layer => Assert.False(DecodedGate.IsEmitted(layer)));
    }

    [Fact]
    public void Picks_of_scores_that_underflow_share_the_weight_as_their_ratio_says()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(Served["sigmoid with score bias and scale"]);
        foreach (var (name, bias) in model.named_parameters().Where(entry => entry.name.EndsWith("router.bias", StringComparison.Ordinal)))
        {
            bias.copy_(tensor(new[] { -300f, -301f, -302f, -303f, -304f, -305f }));
        }

        Agree(model);
    }

    private static int CallsWhileAgreeing(MoeVariant variant)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(variant);
        return Agree(model);
    }

    /// <summary>How often layers were called while the text was decoded.</summary>
    private static int Agree(LanguageModel model)
    {
        var logits_SLV = model.forward(tensor(Text, [1, Text.Length])).Logits;
        using var cache = new KeyValueCache();
        model.forward(tensor(Text[..4], [1, 4]), MoeContext.None, cache);
        var calls = 0;
        foreach (var layer in model.MoeLayers)
        {
            layer.register_forward_hook((_, _, _, output) =>
            {
                calls++;
                return output;
            });
        }

        using var decoder = TokenDecoder.Find(model, cache)!;
        for (var token = 4; token < Text.Length; token++)
        {
            var expected = LanguageModelTests.Values(logits_SLV[0, token]);
            var most = expected.Max(Math.Abs);
            Assert.True(most > 0.1, "logits of nearly 0 would show nothing");
            Assert.All(
                expected.Zip(decoder.Read((int)Text[token])),
                pair => Assert.Equal(pair.First, pair.Second, 2e-5 * Math.Max(1, most)));
        }

        return calls;
    }

    private static LanguageModel Model(MoeVariant variant, ScalarType? compute = null)
    {
        var model = LanguageModel.Create(Small, variant, seed: 5, compute: compute);
        using var quiet = no_grad();
        using var draws = new Generator(17);
        foreach (var numbers in model.parameters().Concat(model.buffers()).Where(numbers => numbers.is_floating_point()))
        {
            numbers.add_(randn(numbers.shape, generator: draws), alpha: 0.3);
        }

        model.eval();
        return model;
    }
}

[MoeLayer, Experts<SwiGlu>(6), SoftmaxGate(TopK = 2)]
internal sealed partial class DecodedSoftmax;

[MoeLayer, Experts<Relu>(5, Hidden = 9), SoftmaxGate(TopK = 1, Normalize = false)]
internal sealed partial class DecodedSwitch;

[MoeLayer, Experts<GeGlu>(6), SharedExperts<SwiGlu>(2, Scale = 0.5, Hidden = 7, Bias = true), SoftmaxGate(TopK = 3, RouterBias = true)]
internal sealed partial class DecodedShared;

[MoeLayer, Experts<SwiGlu>(6), SigmoidGate(TopK = 2, Scale = 2.5, RouterBias = true), BiasBalance(0.001)]
internal sealed partial class DecodedLossFree;

[MoeLayer, Experts<SwiGlu>(6), SoftmaxGate(TopK = 2), BiasBalance(0.1, Update = BiasUpdate.Quantile)]
internal sealed partial class DecodedQuantiles;

[MoeLayer, Experts<Gelu>(6, Bias = true), SigmoidGate(TopK = 3, Normalize = false)]
internal sealed partial class DecodedSigmoid;

[MoeLayer, Experts<SwiGlu>(6), SigmoidGate(TopK = 2, Groups = 3, TopGroups = 2)]
internal sealed partial class AskedGroups;

[MoeLayer, Experts<SwiGlu>(6), SoftmaxGate(TopK = 2, LogitCap = 1)]
internal sealed partial class AskedCap;

[MoeLayer, Experts<SwiGlu>(3), Experts<Relu>(3), SoftmaxGate(TopK = 2)]
internal sealed partial class AskedKinds;

[MoeLayer, Experts<SwiGlu>(6, Limit = 0.5), SoftmaxGate(TopK = 2)]
internal sealed partial class AskedClamp;

[MoeLayer, Experts<SwiGlu>(6), SharedExperts<SwiGlu>(1, Gated = true), SoftmaxGate(TopK = 2)]
internal sealed partial class AskedShared;

[MoeLayer, Experts<SwiGlu>(6), SoftmaxGate(TopK = 2, WeighInput = true)]
internal sealed partial class AskedInput;

[MoeLayer, Experts<SwiGlu>(6), SoftmaxGate(TopK = 2), ExpertDropout(0.1)]
internal sealed partial class AskedDropout;
