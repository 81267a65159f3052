namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>Scaled rotary frequencies in a GGUF file, but for those of latent attention: as llama.cpp's code for every architecture has
/// them, linear, or YaRN with 32 and 1 turns whose turned channels are 0.1·ln f + 1 times as long.</summary>
internal static class GgufRotary
{
    /// <summary>Our own: a file whose model takes other pairs than its architecture's models says so, for llama.cpp rounds them to whole
    /// ones in any case; see <see cref="RotaryScaling.ExactChannels"/>.</summary>
    private const string ExactChannels = "libmoe.rotary_exact_channels";

    private const string Type = "rope.scaling.type";
    private const string Factor = "rope.scaling.factor";
    private const string FirstContext = "rope.scaling.original_context_length";
    private const double Rounding = 1e-12;

    /// <summary>What of a model there is no place for.</summary>
    public static IEnumerable<string> Missing(GgufFamily family, ModelConfig model)
    {
        if (model.RotaryScaling is not { Kind: not RotaryScalingKind.Linear } scaling)
        {
            yield break;
        }

        if (scaling is not { Kind: RotaryScalingKind.Yarn, SlowTurns: null or 1, FastTurns: null or 32 }
            || Math.Abs(scaling.TurnedLength - RotaryScaling.YarnMagnitude(scaling.Factor)) > Rounding)
        {
            yield return "scaled rotary frequencies of this kind";
        }
        else if (scaling.ExactChannels && !family.ExactChannels)
        {
            yield return "frequencies that pass over between channels";
        }
    }

    /// <summary>What is to be known of a file that llama.cpp reads in another way than it is meant; null where there is nothing.</summary>
    public static string? Caution(ModelConfig model) => model.RotaryScaling is { Kind: RotaryScalingKind.Yarn, ExactChannels: true }
        ? "llama.cpp rounds the pairs of channels between which YaRN's frequencies pass over to whole ones, in every file of this "
            + "architecture; the model does not, so that logits there differ a little."
        : null;

    /// <summary>The settings of a model.</summary>
    public static IEnumerable<(string Name, GgufValue Value)> Write(GgufFamily family, RotaryScaling scaling)
    {
        var isYarn = scaling.Kind == RotaryScalingKind.Yarn;
        yield return ($"{family.Architecture}.{Type}", GgufValue.Of(isYarn ? "yarn" : "linear"));
        yield return ($"{family.Architecture}.{Factor}", GgufValue.Of(scaling.Factor));
        if (!isYarn)
        {
            yield break;
        }

        yield return ($"{family.Architecture}.{FirstContext}", GgufValue.Of(scaling.FirstContext));
        if (!family.IsLatent && scaling.ExactChannels != family.ExactChannels)
        {
            yield return (ExactChannels, GgufValue.Of(scaling.ExactChannels));
        }
    }

    /// <summary>Reads them; null where there are none. A factor of no type is linear, as llama.cpp has it.</summary>
    public static RotaryScaling? Read(GgufFamily family, GgufMetadata stated, string prefix) => TypeOf(stated, prefix) switch
    {
        "linear" => new() { Kind = RotaryScalingKind.Linear, Factor = stated.Double(prefix + Factor) },
        "yarn" => new()
        {
            Kind = RotaryScalingKind.Yarn,
            Factor = stated.Double(prefix + Factor),
            FirstContext = stated.Int(prefix + FirstContext, stated.Int(prefix + "context_length")),
            ExactChannels = stated.Bool(ExactChannels, family.ExactChannels),
        },
        _ => null,
    };

    /// <summary>The type that a file states or means.</summary>
    public static string TypeOf(GgufMetadata stated, string prefix) =>
        stated.Text(prefix + Type, stated.Has(prefix + Factor) && stated.Double(prefix + Factor) != 0 ? "linear" : "none");
}
