using System.Text.Json;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>What a <c>config.json</c> says of rotary positions: at its top, in <c>rope_scaling</c>, or in <c>rope_parameters</c> as
/// newer files do.</summary>
/// <param name="Base"><c>rope_theta</c>.</param>
/// <param name="Fraction"><c>partial_rotary_factor</c>.</param>
/// <param name="Scaling">The rule of a type other than <c>default</c>.</param>
internal sealed record HuggingFaceRotary(double Base, double Fraction, RotaryScaling? Scaling)
{
    /// <summary>What DeepSeek-V2's and V3's attention multiplies its scale by under YaRN: m(f, <c>mscale_all_dim</c>)², or 1 where a file
    /// states none; see <see cref="RotaryScaling.YarnMagnitude"/>. Other attentions do not look at it.</summary>
    public double ScaleFactor { get; init; } = 1;

    /// <summary>Both parts, the older first.</summary>
    private static readonly string[] Parts = ["rope_scaling", "rope_parameters"];

    private static readonly string[] Known =
        ["rope_type", "type", "rope_theta", "partial_rotary_factor", "factor", "low_freq_factor", "high_freq_factor",
            "original_max_position_embeddings"];

    /// <summary>Settings that the rule of α takes no notice of stand beside it in published files.</summary>
    private const string OfAlpha = "alpha";

    private static readonly string[] KnownOfYarn =
        ["beta_fast", "beta_slow", "truncate", "attention_factor", "mscale", "mscale_all_dim"];

    /// <summary>Reads them.</summary>
    /// <param name="config">The file.</param>
    /// <param name="family">Its architecture.</param>
    /// <param name="problems">Gets what cannot be loaded, one sentence each.</param>
    public static HuggingFaceRotary Of(HuggingFaceConfig config, HuggingFaceFamily family, List<string> problems)
    {
        var parts = Parts.Select(config.Part).OfType<HuggingFaceConfig>().ToList();
        var scalings = parts.ConvertAll(part => Rule(config, part, family, problems));
        if (scalings.Distinct().Count() > 1)
        {
            problems.Add($"{config.Path}: rope_scaling is {config.Raw("rope_scaling")} and rope_parameters "
                + $"{config.Raw("rope_parameters")}; state one of them.");
        }

        var widening = parts.Select(part => Widening(config, part, family)).FirstOrDefault(1);
        var rotary = new HuggingFaceRotary(
            Agreed("rope_theta", family.RotaryBase) * widening, Agreed("partial_rotary_factor", Share(config, family)),
            scalings.Count > 0 || Parts.Any(config.States) ? scalings.FirstOrDefault() : family.RotaryScaling)
        {
            ScaleFactor = parts.Select(OfAllChannels).FirstOrDefault(1),
        };
        if (rotary.Fraction != 1 && !family.PartlyRotary)
        {
            problems.Add(FormattableString.Invariant(
                $"{config.Path}: partial_rotary_factor is {rotary.Fraction}; in {family.ModelType} it must be 1."));
        }

        return rotary;

        double Agreed(string name, double absent)
        {
            var stated = parts.Prepend(config).Where(part => part.Has(name)).Select(part => part.Double(name)).Distinct().ToList();
            if (stated.Count > 1)
            {
                problems.Add(FormattableString.Invariant(
                    $"{config.Path}: {name} is {stated[0]} in one place and {stated[1]} in another; state it once."));
            }

            return stated.FirstOrDefault(absent);
        }
    }

    /// <summary>What <c>rotary_dim</c> makes of a head, or what the architecture has by itself.</summary>
    private static double Share(HuggingFaceConfig config, HuggingFaceFamily family)
    {
        var width = config.Int("hidden_size") / Math.Max(1, config.Int("num_attention_heads"));
        return config.Has("rotary_dim")
            ? (double)config.Int("rotary_dim") / Math.Max(1, config.Int("head_dim", width))
            : family.RotaryFraction;
    }

    /// <summary>Writes scaling as the libraries of every version read it: the linear rule under <c>type</c>,
    /// the later one under <c>rope_type</c>.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="scaling">The rule.</param>
    /// <param name="latent">The model, where it has latent attention, whose authors' code reads the later rules by <c>type</c> too, and
    /// magnitudes by two weights.</param>
    public static void Write(Utf8JsonWriter json, RotaryScaling scaling, ModelConfig? latent = null)
    {
        json.WriteStartObject("rope_scaling");
        if (latent is not null)
        {
            json.WriteString("type", NameOf(scaling.Kind));
            HuggingFaceLatents.WriteMagnitudes(json, latent, scaling);
        }

        json.WriteString(scaling.Kind == RotaryScalingKind.Linear ? "type" : "rope_type", NameOf(scaling.Kind));
        json.WriteNumber("factor", scaling.Factor);
        if (scaling.Kind == RotaryScalingKind.Llama3)
        {
            json.WriteNumber("low_freq_factor", scaling.LowFrequency);
            json.WriteNumber("high_freq_factor", scaling.HighFrequency);
            json.WriteNumber("original_max_position_embeddings", scaling.FirstContext);
        }

        if (scaling.Kind == RotaryScalingKind.Yarn)
        {
            json.WriteNumber("original_max_position_embeddings", scaling.FirstContext);
            json.WriteBoolean("truncate", !scaling.ExactChannels);
            WriteIf(json, "beta_slow", scaling.SlowTurns);
            WriteIf(json, "beta_fast", scaling.FastTurns);
            WriteIf(json, "attention_factor", latent is null ? scaling.AttentionFactor : null);
        }

        json.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    /// <summary>What a file calls a rule.</summary>
    public static string NameOf(RotaryScalingKind kind) => kind.ToString().ToLowerInvariant();

    private static RotaryScaling? Rule(HuggingFaceConfig config, HuggingFaceConfig part, HuggingFaceFamily family, List<string> problems)
    {
        var key = part.Has("rope_type") ? "rope_type" : "type";
        var type = part.Text(key, "default");
        var hasAlpha = type == "dynamic" && family.RotaryAlpha;
        string[] known = [.. Known, .. hasAlpha || type == "yarn" ? KnownOfYarn : [], .. hasAlpha ? [OfAlpha] : Array.Empty<string>()];
        problems.AddRange(part.Names.Except(known)
            .Select(name => $"{part.Path}: {part.NameOf(name)} is {part.Raw(name)}; a model can be loaded where it is absent."));
        RotaryScaling? scaling = type switch
        {
            "linear" => new() { Kind = RotaryScalingKind.Linear, Factor = part.Double("factor") },
            "llama3" => new()
            {
                Kind = RotaryScalingKind.Llama3,
                Factor = part.Double("factor"),
                LowFrequency = part.Double("low_freq_factor"),
                HighFrequency = part.Double("high_freq_factor"),
                FirstContext = part.Int("original_max_position_embeddings"),
            },
            "yarn" => Yarn(config, part),
            _ => null,
        };
        if (type != "default" && !hasAlpha && (scaling is null || !family.RotaryScalings.Contains(scaling.Kind)))
        {
            string[] withAlpha = family.RotaryAlpha ? ["dynamic with alpha"] : [];
            string[] allowed = ["default", .. family.RotaryScalings.Select(NameOf), .. withAlpha];
            problems.Add(
                $"{part.Path}: {part.NameOf(key)} is {part.Raw(key)}; in {family.ModelType} it can be {string.Join(" or ", allowed)}.");
        }

        return scaling;
    }

    /// <summary>As Hugging Face's library reads it for every architecture: a factor that is not stated is how much longer the context
    /// became, and two weights of the magnitude divide.</summary>
    private static RotaryScaling Yarn(HuggingFaceConfig config, HuggingFaceConfig part)
    {
        var context = config.Int("max_position_embeddings");
        var first = part.Int("original_max_position_embeddings", context);
        var factor = part.Double("factor", (double)context / first);
        var (mscale, all) = (part.Double("mscale", 0), part.Double("mscale_all_dim", 0));
        return new()
        {
            Kind = RotaryScalingKind.Yarn,
            Factor = factor,
            FirstContext = first,
            SlowTurns = Stated("beta_slow"),
            FastTurns = Stated("beta_fast"),
            ExactChannels = !part.Bool("truncate", true),
            AttentionFactor = Stated("attention_factor")
                ?? (mscale == 0 || all == 0
                    ? null
                    : RotaryScaling.YarnMagnitude(factor, mscale) / RotaryScaling.YarnMagnitude(factor, all)),
        };

        // There, 0 is as good as absent.
        double? Stated(string name) => part.Double(name, 0) is var value and not 0 ? value : null;
    }

    /// <summary>What Hunyuan multiplies its base by: α^(D/(D − 2)), the rule of "NTK-aware" positions for texts α times as long. Beyond the
    /// context the library's class would let it grow; no text is longer here.</summary>
    private static double Widening(HuggingFaceConfig config, HuggingFaceConfig part, HuggingFaceFamily family)
    {
        if (!family.RotaryAlpha || part.Text(part.Has("rope_type") ? "rope_type" : "type", "default") != "dynamic")
        {
            return 1;
        }

        var width = (double)config.Int("head_dim", config.Int("hidden_size") / Math.Max(1, config.Int("num_attention_heads")));
        return part.Double(OfAlpha) is var alpha and > 0 && width > 2
            ? Math.Pow(alpha, width / (width - 2))
            : throw HuggingFaceBackbone.Nonsense(config, $"{part.NameOf(OfAlpha)} is {part.Raw(OfAlpha)} for heads of {width} channels");
    }

    private static double OfAllChannels(HuggingFaceConfig part)
    {
        var magnitude = part.Has("factor") ? RotaryScaling.YarnMagnitude(part.Double("factor"), part.Double("mscale_all_dim", 0)) : 1;
        return magnitude * magnitude;
    }
}
