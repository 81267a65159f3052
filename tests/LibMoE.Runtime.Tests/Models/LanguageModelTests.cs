using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models;

public class LanguageModelTests
{
    private static readonly ModelConfig Small = new()
    {
        Vocabulary = 13,
        Dim = 12,
        Layers = 2,
        Heads = 2,
        Hidden = 10,
        Context = 9,
        MatrixStd = 0.3,
        EmbeddingStd = 1,
        HeadStd = 0.3
    };

    public static TheoryData<string, ModelConfig> Backbones => new()
    {
        { "Llama", Small },
        { "llama2.c", Small with { RotaryLayout = RotaryLayout.Interleaved, TieEmbeddings = true } },
        { "grouped queries", Small with { Heads = 6, KeyValueHeads = 2 } },
        { "one key and value head of odd width", Small with { Heads = 4, KeyValueHeads = 1, HeadDim = 5 } },
        { "half rotary", Small with { HeadDim = 9, RotaryFraction = 0.5, RotaryBase = 100 } },
        { "no positions", Small with { RotaryFraction = 0 } },
        { "linear", Small with { HeadDim = 8, RotaryScaling = new() { Kind = RotaryScalingKind.Linear, Factor = 3 } } },
        { "Llama 3.1", Small with
        {
            HeadDim = 8, RotaryBase = 500, RotaryScaling = new() { Kind = RotaryScalingKind.Llama3, Factor = 8, FirstContext = 100 }
        } },
        { "Qwen2", Small with { AttentionBias = true, KeyValueHeads = 1 } },
        { "Qwen3", Small with { QueryKeyNorm = true, HeadDim = 8 } },
        { "OLMoE", Small with { QueryKeyNorm = true, QueryKeyNormAcrossHeads = true, Heads = 4, KeyValueHeads = 2 } },
        { "LibMoE", Small with
        {
            Norm = NormKind.Layer, NormBias = true, HeadBias = true, FeedForwardBias = true, Activation = Activation.Relu
        } },
        { "layer norm without bias", Small with { Norm = NormKind.Layer, NormEpsilon = 0.1, Activation = Activation.ReluSquared } },
    };

    [Theory]
    [MemberData(nameof(Backbones))]
    public void A_dense_model_computes_what_plain_loops_compute(string name, ModelConfig config)
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(config, seed: 5, dtype: ScalarType.Float64);
        Disturb(model);
        var texts = new long[][] { [3, 1, 4, 1, 5, 9, 2, 6, 5], [12, 0, 7, 7, 7, 11, 10, 8, 12] };

        var logits_SLV = model.forward(tensor(texts.SelectMany(text => text).ToArray(), [2, 9])).Logits;

        var oracle = new PlainTransformer(config, model.state_dict().ToDictionary(entry => entry.Key, entry => Values(entry.Value)));
        var expected = texts.SelectMany(text => oracle.Logits(text)).SelectMany(row => row).ToArray();
        Assert.True(expected.Max(Math.Abs) > 0.1, $"{name}: logits of nearly 0 would show nothing.");
        Assert.All(expected.Zip(Values(logits_SLV)), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Fact]
    public void Rotary_positions_are_relative()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small with { Context = 40 }, seed: 1, dtype: ScalarType.Float64);
        var ids_SL = tensor(new long[] { 3, 1, 4, 1, 5 }, [1, 5]);

        var first = Values(model.forward(ids_SL).Logits);
        var later = Values(model.forward(ids_SL, MoeContext.None, position: 35).Logits);

        Assert.All(first.Zip(later), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Theory]
    [InlineData(1, 10, 0)]
    [InlineData(1, 5, 5)]
    [InlineData(1, 5, -1)]
    public void A_text_beyond_the_context_is_refused(long sequences, long tokens, long position)
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small);

        var error = Assert.Throws<ArgumentException>(
            () => model.forward(zeros(sequences, tokens, dtype: ScalarType.Int64), MoeContext.None, position));

        Assert.Contains("up to position 8", error.Message);
    }

    [Fact]
    public void No_token_sees_a_later_one()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 1);
        var before = Values(model.forward(tensor(new long[] { 3, 1, 4, 1, 5 }, [1, 5])).Logits[0, 0..4]);
        var after = Values(model.forward(tensor(new long[] { 3, 1, 4, 1, 9 }, [1, 5])).Logits[0, 0..4]);

        Assert.Equal(before, after);
    }

    [Fact]
    public void A_mixture_replaces_the_ffn_of_the_named_blocks_only()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small with { Layers = 3, MoeBlocks = [0, 2] }, HandWrittenMoe.Variant(), seed: 1);

        var names = model.state_dict().Keys;

        Assert.Contains("blocks.0.ffn.router.weight", names);
        Assert.Contains("blocks.1.ffn.gate_up", names);
        Assert.Contains("blocks.2.ffn.router.weight", names);
        Assert.Equal([0, 1], model.MoeLayers.Select(layer => layer.Shape.Layer));
        Assert.Equal(2, model.forward(zeros(1, 4, dtype: ScalarType.Int64)).Routings.Count);
    }

    [Fact]
    public void A_mixture_is_told_everything_explicitly()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 1);
        var ids_SL = tensor(new long[] { 3, 1, 4, 1, 5, 9 }, [2, 3]);
        var mask_SL = tensor(new[] { true, true, false, true, true, true }, [2, 3]);

        var output = model.forward(ids_SL, new MoeContext { Mask = mask_SL, Step = 7, Losses = false });

        var told = model.MoeLayers.Cast<HandWrittenMoe>().Select(layer => layer.LastContext!).ToArray();
        Assert.All(told, context => Assert.Equal((7, false), (context.Step, context.Losses)));
        Assert.All(told, context => Assert.Same(ids_SL, context.TokenIds));
        Assert.All(told, context => Assert.Same(mask_SL, context.Mask));
        Assert.Null(told[0].PreviousLogits);
        Assert.NotNull(told[1].PreviousLogits);
        Assert.All(output.Routings, routing => Assert.Equal(10, routing.TokensPerExpert!.sum().item<long>()));
        Assert.All(output.Routings, routing => Assert.Empty(routing.Losses));
    }

    [Fact]
    public void Forward_leaves_only_its_results_alive()
    {
        using var model = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 1);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var ids_SL = zeros(2, 4, dtype: ScalarType.Int64);
        var before = scope.DisposablesCount;

        var output = model.forward(ids_SL);

        var perBlock = output.Routings[0];
        var tensors = new[] { perBlock.Logits, perBlock.Experts, perBlock.Weights, perBlock.TokensPerExpert, perBlock.AuxiliaryLoss };
        var ofModel = new[] { output.Logits, output.Hidden };
        Assert.Equal(ofModel.Length + 2 * (tensors.Length + perBlock.Losses.Count), scope.DisposablesCount - before);
        Assert.Equal([2, 4, 13], output.Logits.shape);
    }

    [Fact]
    public void A_model_can_be_bfloat16()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, seed: 1, dtype: ScalarType.BFloat16);
        using var exact = LanguageModel.Create(Small, seed: 1);
        var ids_SL = tensor(new long[] { 3, 1, 4, 1, 5, 9 }, [2, 3]);

        var logits_SLV = model.forward(ids_SL).Logits;

        Assert.Equal(ScalarType.BFloat16, logits_SLV.dtype);
        var largest = exact.forward(ids_SL).Logits.abs().max().item<float>();
        Assert.True((logits_SLV.to(ScalarType.Float32) - exact.forward(ids_SL).Logits).abs().max().item<float>() < 0.05 * largest);
    }

    internal static double[] Values(Tensor tensor) =>
        tensor.numel() == 0 ? [] : [.. tensor.detach().to(ScalarType.Float64).contiguous().data<double>()];

    /// <summary>Norm weights of 1, biases of 0 and the small matrices of an FFN would hide that they are not used.</summary>
    private static void Disturb(LanguageModel model)
    {
        using var quiet = no_grad();
        using var generator = new Generator(17);
        foreach (var parameter in model.parameters())
        {
            parameter.add_(randn(parameter.shape, ScalarType.Float64, generator: generator), alpha: 0.3);
        }
    }
}
