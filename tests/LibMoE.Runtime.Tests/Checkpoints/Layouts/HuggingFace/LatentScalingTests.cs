using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>What of YaRN DeepSeek's two weights can say beside latent attention is written and comes back; what they cannot is refused.</summary>
public sealed class LatentScalingTests : IDisposable
{
    private const double Factor = 4;

    private static readonly ModelConfig Latent = new()
    {
        Vocabulary = 13,
        Dim = 16,
        Heads = 2,
        Hidden = 10,
        Context = 20,
        NormEpsilon = 1e-6,
        MatrixStd = 0.4,
        EmbeddingStd = 1,
        HeadStd = 0.4,
        RotaryLayout = RotaryLayout.Interleaved,
        LatentAttention = new() { KeyValueRank = 7, PlainChannels = 5, RotaryChannels = 4, ValueChannels = 3 },
    };

    private readonly DataFolder _folder = new();

    public static TheoryData<string, ModelConfig> Sayable => new()
    {
        { "no scaling", Latent },
        { "YaRN of the paper, which lengthens what was turned", Scaled(null, null) },
        { "YaRN of DeepSeek, which grows the scale", Scaled(1, Scale(0.707)) },
        { "both", Scaled(Magnitude(1) / Magnitude(0.5), Scale(0.5)) },
        { "no longer context", Latent with { RotaryScaling = new() { Kind = RotaryScalingKind.Yarn, Factor = 1, FirstContext = 10 } } },
    };

    public static TheoryData<string, ModelConfig> Unsayable => new()
    {
        { "a length of what was turned without a scale of the attention", Scaled(1, null) },
        { "a length of what was turned without a scale of the attention", Scaled(1.3, null) },
        { "a length of what was turned without a scale of the attention", Scaled(1 / Magnitude(0.5), Scale(0.5)) },
        { "a length of what was turned without a scale of the attention", Latent with
            { RotaryScaling = new() { Kind = RotaryScalingKind.Yarn, Factor = 1, FirstContext = 10, AttentionFactor = 1.3 } } },
        { "an own scale of the attention", Latent with { AttentionScale = 0.25 } },
        { "an own scale of the attention", Latent with
            { AttentionScale = 0.25, RotaryScaling = new() { Kind = RotaryScalingKind.Yarn, Factor = 1, FirstContext = 10 } } },
        { "scaled rotary frequencies of this kind", Latent with { RotaryScaling = new() { Kind = RotaryScalingKind.Linear, Factor = 2 } } },
        { "frequencies that pass over between channels", Scaled(1, Scale(0.5)) with
            { RotaryScaling = Scaled(1, null).RotaryScaling! with { ExactChannels = true } } },
        { "norms of latents with another ε than 1E-06", Latent with { NormEpsilon = 1e-5 } },
        { "attention without latents", Latent with { LatentAttention = null } },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Sayable))]
    public void What_two_weights_can_say_comes_back_with_the_same_logits(string name, ModelConfig config)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(
            config, HuggingFaceImportTests.MoeVariant(nameof(TinyKimiK2)), seed: 3, dtype: ScalarType.Float64);
        model.eval();

        Assert.Equal("deepseek_v3", HuggingFaceExport.Save(model, _folder.Path, new ExportOptions { Architecture = "deepseek_v3" }));

        using var loaded = ModelLoader.Load(_folder.Path, [model.Variant!], ScalarType.Float64);
        var ids_SL = tensor(new long[] { 3, 1, 4, 1, 5, 9, 2, 6, 5, 12 }, [1, 10]);
        var expected = LanguageModelTests.Values(model.forward(ids_SL).Logits);
        Assert.True(expected.Max(Math.Abs) > 0.1, name);
        Assert.All(
            expected.Zip(LanguageModelTests.Values(loaded.Model.forward(ids_SL).Logits)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Theory]
    [MemberData(nameof(Unsayable))]
    public void What_they_cannot_say_is_named(string part, ModelConfig config)
    {
        using var model = LanguageModel.Create(config, HuggingFaceImportTests.MoeVariant(nameof(TinyKimiK2)));

        var error = Assert.Throws<ConfigurationException>(
            () => HuggingFaceExport.Save(model, _folder.Path, new ExportOptions { Architecture = "deepseek_v3" }));

        Assert.Contains($"no counterpart in deepseek_v3 for {part}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scale_is_left_where_it_is_the_usual_one_stated_or_not()
    {
        Assert.True(HuggingFaceLatents.LeavesScale(Latent));
        Assert.True(HuggingFaceLatents.LeavesScale(Latent with { AttentionScale = 1.0 / 3 }));
        Assert.False(HuggingFaceLatents.LeavesScale(Latent with { AttentionScale = 0.3 }));
        Assert.False(HuggingFaceLatents.LeavesScale(Scaled(1, Scale(0.1))));
    }

    private static double Magnitude(double weight) => RotaryScaling.YarnMagnitude(Factor, weight);

    /// <summary>m(f, b)²/√(N + R).</summary>
    private static double Scale(double weight) => Magnitude(weight) * Magnitude(weight) / 3;

    private static ModelConfig Scaled(double? length, double? scale) => Latent with
    {
        RotaryScaling = new() { Kind = RotaryScalingKind.Yarn, Factor = Factor, FirstContext = 10, AttentionFactor = length },
        AttentionScale = scale,
    };
}
