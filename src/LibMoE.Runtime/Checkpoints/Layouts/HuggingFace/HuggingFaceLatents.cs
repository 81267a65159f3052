using System.Text.Json;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>Multi-head latent attention in a <c>config.json</c>.</summary>
internal static class HuggingFaceLatents
{
    /// <summary>The ε of both latents' norms, which no setting changes: that of the norms' class in the authors' code and Hugging
    /// Face's.</summary>
    public const double NormEpsilon = 1e-6;

    private const int UsualQueryRank = 1536;
    private const double Rounding = 1e-12;

    /// <summary>Reads it; a setting that a file does not state is what the architectures' code takes it for.</summary>
    public static LatentAttention Of(HuggingFaceConfig config)
    {
        var usual = new LatentAttention();
        return new LatentAttention
        {
            QueryRank = config.Has("q_lora_rank") ? config.Int("q_lora_rank") : config.States("q_lora_rank") ? null : UsualQueryRank,
            KeyValueRank = config.Int("kv_lora_rank", usual.KeyValueRank),
            PlainChannels = config.Int("qk_nope_head_dim", usual.PlainChannels),
            RotaryChannels = config.Int("qk_rope_head_dim", usual.RotaryChannels),
            ValueChannels = config.Int("v_head_dim", usual.ValueChannels),
            NormEpsilon = NormEpsilon,
        };
    }

    /// <summary>The attention's scale, which <c>mscale_all_dim</c> makes larger; null where it is the usual one.</summary>
    public static double? Scale(HuggingFaceConfig config, HuggingFaceRotary rotary) =>
        rotary.ScaleFactor == 1 ? null : rotary.ScaleFactor / Math.Sqrt(Of(config).KeyChannels);

    /// <summary>What of a model the architectures have no counterpart for.</summary>
    public static IEnumerable<string> Missing(ModelConfig model)
    {
        if (model.LatentAttention is not { } latent)
        {
            yield return "attention without latents";
            yield break;
        }

        if (model.RotaryScaling is { Kind: not RotaryScalingKind.Yarn })
        {
            yield return "scaled rotary frequencies of this kind";
        }

        if ((latent.NormEpsilon ?? model.NormEpsilon) != NormEpsilon)
        {
            yield return FormattableString.Invariant($"norms of latents with another ε than {NormEpsilon}");
        }

        if (model is { AttentionScale: not null, RotaryScaling: not { Kind: RotaryScalingKind.Yarn, Factor: > 1 } })
        {
            yield return "an own scale of the attention";
        }

        if (model.RotaryScaling is { Kind: RotaryScalingKind.Yarn } scaling && !IsSaidByWeights(model, scaling))
        {
            // Without a weight what is turned has the length of YaRN's paper, and the scale is the usual one.
            yield return "a length of what was turned without a scale of the attention";
        }

        if (model.RotaryScaling is { ExactChannels: true })
        {
            yield return "frequencies that pass over between channels";
        }
    }

    /// <summary>Whether two weights, of which 0 counts as none, give the length of what is turned and the attention's scale.</summary>
    private static bool IsSaidByWeights(ModelConfig model, RotaryScaling scaling) =>
        scaling.Factor <= 1 ? IsOne(scaling.TurnedLength)
        : LeavesScale(model) ? IsOne(scaling.TurnedLength / RotaryScaling.YarnMagnitude(scaling.Factor))
        : !IsOne(scaling.TurnedLength * Magnitude(model));

    /// <summary>Whether the attention's scale is the usual one, stated or not.</summary>
    public static bool LeavesScale(ModelConfig model) => IsOne(Magnitude(model));

    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, HuggingFaceFamily family, ModelConfig model)
    {
        var latent = model.LatentAttention!;
        if (latent.QueryRank is { } rank)
        {
            json.WriteNumber("q_lora_rank", rank);
        }
        else
        {
            json.WriteNull("q_lora_rank");
        }

        json.WriteNumber("kv_lora_rank", latent.KeyValueRank);
        json.WriteNumber("qk_nope_head_dim", latent.PlainChannels);
        json.WriteNumber("qk_rope_head_dim", latent.RotaryChannels);
        json.WriteNumber("v_head_dim", latent.ValueChannels);
        if (family.StatesInterleaving)
        {
            json.WriteBoolean("rope_interleave", true);
        }
    }

    /// <summary>Writes <c>mscale</c> and <c>mscale_all_dim</c> under YaRN: m(f, b)² = α·√(N + R), and what was turned is multiplied by
    /// m(f, a)/m(f, b).</summary>
    public static void WriteMagnitudes(Utf8JsonWriter json, ModelConfig model, RotaryScaling scaling)
    {
        var all = Magnitude(model);
        json.WriteNumber("mscale", Weight(scaling.TurnedLength * all));
        json.WriteNumber("mscale_all_dim", Weight(all));

        // m(f, a) = 0.1·a·ln f + 1, for a; published weights have few digits. A context that is no longer than before needs none.
        double Weight(double magnitude) =>
            scaling.Factor <= 1 ? 0 : Math.Round((magnitude - 1) / (0.1 * Math.Log(scaling.Factor)), 12);
    }

    /// <summary>m(f, b), whose square multiplies the usual scale.</summary>
    private static double Magnitude(ModelConfig model) =>
        Math.Sqrt((model.AttentionScale ?? (1 / Math.Sqrt(model.HeadWidth))) * Math.Sqrt(model.HeadWidth));

    private static bool IsOne(double number) => Math.Abs(number - 1) < Rounding;
}
