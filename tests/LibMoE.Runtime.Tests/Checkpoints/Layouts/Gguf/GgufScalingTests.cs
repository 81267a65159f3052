using LibMoE.Runtime.Checkpoints.Layouts.Gguf;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;

/// <summary>Scaled rotary frequencies as a file states them, or leaves them to be taken.</summary>
public sealed class GgufScalingTests
{
    private static readonly LatentAttention Widths = new() { KeyValueRank = 7, PlainChannels = 5, RotaryChannels = 4, ValueChannels = 3 };

    /// <summary>Without it, versions of llama.cpp differ in what the attention is multiplied by.</summary>
    [Fact]
    public void Latents_under_YaRN_need_its_multiplier_where_the_context_was_made_longer()
    {
        var missing = Assert.Throws<StorageException>(() => Latents(4, null));

        Assert.Equal("x.gguf does not state deepseek2.rope.scaling.yarn_log_multiplier", missing.Message);
        Assert.Null(Latents(1, null).Scale);
        var (scaling, scale) = Latents(4, 0.0707f);
        Assert.Equal((1, 4, 10), (scaling!.AttentionFactor, scaling.Factor, scaling.FirstContext));
        Assert.Equal(Math.Pow((0.0707 * Math.Log(4)) + 1, 2) / 3, scale!.Value, 1e-12);
        Assert.Null(Latents(4, 0).Scale);
        Assert.Null(Latents(4, 0).Scaling!.AttentionFactor);
    }

    [Fact]
    public void A_factor_without_a_type_is_linear_and_neither_is_none()
    {
        Assert.Equal(new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = 2.5 }, Read(("llama.rope.scaling.factor", 2.5f)));
        Assert.Null(Read(("llama.rope.scaling.factor", 0f)));
        Assert.Null(Read());
        Assert.Null(Read(("llama.rope.scaling.type", "none"), ("llama.rope.scaling.factor", 2.5f)));
    }

    [Fact]
    public void YaRN_without_a_first_context_takes_the_files_own()
    {
        Assert.Equal(
            new RotaryScaling { Kind = RotaryScalingKind.Yarn, Factor = 4, FirstContext = 64 },
            Read(("llama.rope.scaling.type", "yarn"), ("llama.rope.scaling.factor", 4f)));
    }

    private static (RotaryScaling? Scaling, double? Scale) Latents(float factor, float? multiplier)
    {
        List<(string, object)> values = [("deepseek2.rope.scaling.type", "yarn"), ("deepseek2.rope.scaling.factor", factor)];
        values.Add(("deepseek2.rope.scaling.original_context_length", 10));
        if (multiplier is { } stated)
        {
            values.Add(("deepseek2.rope.scaling.yarn_log_multiplier", stated));
        }

        return GgufLatents.Yarn(Metadata(values), "deepseek2.", Widths);
    }

    private static RotaryScaling? Read(params (string, object)[] values) =>
        GgufRotary.Read(GgufFamily.All[0], Metadata([.. values, ("llama.context_length", 64)]), "llama.");

    private static GgufMetadata Metadata(IEnumerable<(string Name, object Value)> values) => new("x.gguf", values.ToDictionary(
        value => value.Name,
        value => value.Value switch
        {
            float number => GgufValue.Of(number),
            int number => GgufValue.Of(number),
            _ => GgufValue.Of((string)value.Value),
        }));
}
