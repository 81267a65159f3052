using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>The family that a <c>config.json</c> states, or why it cannot be loaded.</summary>
internal static class StatedFamily
{
    /// <summary>Families whose models cannot be loaded, with the part that this library's backbone does not have.</summary>
    public static IReadOnlyDictionary<string, string> Unsupported { get; } = new Dictionary<string, string>
    {
        ["deepseek_v32"] = "attention to a few tokens that an indexer picks",
        ["mistral4"] = "a scale of queries by their position",
        ["qwen3_next"] = "linear attention",
        ["qwen3_5_moe"] = "linear attention",
        ["llama4"] = "chunked attention and blocks without rotary positions",
        ["llama4_text"] = "chunked attention and blocks without rotary positions",
        ["gemma2"] = "soft caps of attention scores and logits",
        ["gemma3"] = "a rotary base for windows and another for whole texts",
        ["gemma3_text"] = "a rotary base for windows and another for whole texts",
        ["gpt2"] = "learned absolute positions",
        ["gpt_neox"] = "attention and FFN side by side",
        ["phi"] = "attention and FFN side by side",
        ["phimoe"] = "rotary scaling of the kind longrope",
        ["exaone_moe"] = "blocks without rotary positions among others",
        ["afmoe"] = "a gate on what attention gives",
        ["mimo_v2_flash"] = "value heads narrower than key heads",
        ["longcat_flash"] = "two parts a block beside the mixture",
        ["dbrx"] = "clipped fused projections",
        ["granitemoehybrid"] = "state-space blocks",
        ["nemotron_h"] = "state-space blocks",
        ["jamba"] = "state-space blocks",
        ["mamba"] = "state-space blocks",
        ["lfm2_moe"] = "convolutions in attention's place",
        ["minimax"] = "linear attention",
    };

    /// <summary>The family that a file states.</summary>
    /// <exception cref="ConfigurationException">It is known to be different, or not known;
    /// the message says which can be loaded.</exception>
    public static HuggingFaceFamily Of(HuggingFaceConfig config)
    {
        var (type, classes) = (config.ModelType, config.Texts("architectures"));
        var known = string.Join(", ", HuggingFaceFamilies.All.Select(family => family.ModelType));
        return HuggingFaceFamilies.All.FirstOrDefault(family => family.AlsoCalled.Contains(type) && classes.Contains(family.Architecture))
            ?? HuggingFaceFamilies.All.FirstOrDefault(family => family.ModelType == type)
            ?? throw new ConfigurationException(Unsupported.TryGetValue(type, out var part)
                ? $"{config.Path}: the architecture {type} has {part}, which the backbone here does not have; these can be loaded: {known}."
                : $"{config.Path}: the architecture {MessageText.Quote(type)} is not known; these can be loaded: {known}.");
    }
}
