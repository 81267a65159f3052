using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>The architectures that can be loaded, and those that are known and cannot.</summary>
internal static class HuggingFaceFamilies
{
    /// <summary>Every family that can be loaded and, its mixture being a declared layer's, written.</summary>
    public static IReadOnlyList<HuggingFaceFamily> All { get; } =
    [
        new("llama", "LlamaForCausalLM"),
        new("mistral", "MistralForCausalLM") { Window = 4096 },
        new("qwen2", "Qwen2ForCausalLM") { Bias = true, WindowHasSwitch = true, OwnHeadWidth = false },
        new("qwen3", "Qwen3ForCausalLM") { HeadNorm = HeadNorm.PerHead, WindowHasSwitch = true },
        new("phi3", "Phi3ForCausalLM") { Fused = true, OwnHeadWidth = false, PartlyRotary = true, RotaryScalings = [], NormEpsilon = 1e-5 },
        new("mixtral", "MixtralForCausalLM")
        {
            NormEpsilon = 1e-5,
            RotaryBase = 1e6,
            Mixture = new("block_sparse_moe", "mlp")
            {
                Gate = "w1",
                Up = "w3",
                Down = "w2",
                ExpertsKey = "num_local_experts",
                HiddenKey = "intermediate_size",
                NormalizeKey = null,
            },
        },
        new("qwen2_moe", "Qwen2MoeForCausalLM")
        {
            Bias = true,
            BiasKey = "qkv_bias",
            WindowHasSwitch = true,
            OwnHeadWidth = false,
            Mixture = new("mlp") { Blocks = MixtureBlocks.NotListed, SharedKey = SharedKey.Width, SharedGate = "shared_expert_gate" },
        },
        new("qwen3_moe", "Qwen3MoeForCausalLM")
        {
            HeadNorm = HeadNorm.PerHead,
            WindowHasSwitch = true,
            Mixture = new("mlp") { Blocks = MixtureBlocks.NotListed },
        },
        new("olmoe", "OlmoeForCausalLM")
        {
            HeadNorm = HeadNorm.AcrossHeads,
            OwnHeadWidth = false,
            NormEpsilon = 1e-5,
            Mixture = new("mlp") { HiddenKey = "intermediate_size" },
        },
        new("deepseek", "DeepseekForCausalLM")
        {
            OwnHeadWidth = false,
            RotaryScalings = [RotaryScalingKind.Linear],
            Mixture = new("mlp")
            {
                ExpertsKey = "n_routed_experts",
                NormalizesOne = false,
                Blocks = MixtureBlocks.AfterFirst,
                SharedKey = SharedKey.Count,
                Shared = "shared_experts",
            },
        },
        DeepSeekV2,
        DeepSeekV3("deepseek_v3"),
        DeepSeekV3("kimi_k2"),
    ];

    /// <summary>Latent attention and softmax routing, of groups where <c>topk_method</c> says so. Its authors' code and Hugging Face's
    /// differ where weights are normalised, which no published model has.</summary>
    private static HuggingFaceFamily DeepSeekV2 => new("deepseek_v2", "DeepseekV2ForCausalLM")
    {
        Latent = true,
        RotaryScalings = [RotaryScalingKind.Yarn],
        Mixture = new("mlp")
        {
            ExpertsKey = "n_routed_experts",
            NormalizesOne = false,
            Blocks = MixtureBlocks.AfterFirst,
            SharedKey = SharedKey.Count,
            Shared = "shared_experts",
            ScaleKey = "routed_scaling_factor",
            GroupedMethods = ["group_limited_greedy"],
        },
    };

    /// <summary>Latent attention and sigmoid routing with a bias; Kimi K2 is stored the same way under a name of its own.</summary>
    private static HuggingFaceFamily DeepSeekV3(string type) => new(type, "DeepseekV3ForCausalLM")
    {
        Latent = true,
        StatesInterleaving = true,
        NextTokens = true,
        RotaryScalings = [RotaryScalingKind.Yarn],
        Mixture = new("mlp")
        {
            ExpertsKey = "n_routed_experts",
            NormalizeAbsent = true,
            NormalizesOne = false,
            Blocks = MixtureBlocks.AfterFirst,
            SharedKey = SharedKey.Count,
            Shared = "shared_experts",
            Score = MixtureScore.Sigmoid,
            ScaleKey = "routed_scaling_factor",
            Bias = "gate.e_score_correction_bias",
            GroupedMethods = ["noaux_tc"],
            Methods = [],
            ValuesTwo = true,
        },
    };

    private const string SigmoidRouter = "the sigmoid router with its correction bias and scale";

    /// <summary>Families whose models cannot be loaded, with the part that this library's backbone does not have.</summary>
    private static readonly Dictionary<string, string> Unsupported = new()
    {
        ["deepseek_v32"] = "attention to a few tokens that an indexer picks",
        ["deepseek_v4"] = "hyper-connections and compressed attention",
        ["kimi_linear"] = "linear attention",
        ["gpt_oss"] = "attention sinks and alternating sliding windows",
        ["qwen3_next"] = "linear attention",
        ["llama4"] = "chunked attention and blocks without rotary positions",
        ["llama4_text"] = "chunked attention and blocks without rotary positions",
        ["gemma"] = "embeddings scaled by √D and norms with weight 1 + w",
        ["gemma2"] = "norms after each part and soft-capped logits",
        ["gemma3"] = "norms after each part and alternating sliding windows",
        ["gemma3_text"] = "norms after each part and alternating sliding windows",
        ["olmo2"] = "norms after each part",
        ["gpt2"] = "learned absolute positions",
        ["gpt_neox"] = "attention and FFN side by side",
        ["phi"] = "attention and FFN side by side",
        ["phimoe"] = "a biased output head and rotary scaling of the kind longrope",
        ["granitemoe"] = "scaled embeddings, residuals and logits",
        ["dbrx"] = "clipped fused projections and layer norms without bias",
        ["jamba"] = "state-space blocks",
        ["mamba"] = "state-space blocks",
        ["minimax"] = "linear attention",
    };

    /// <summary>Families whose forward pass a declared layer and the backbone have, with what reading their files still lacks.</summary>
    private static readonly Dictionary<string, string> Unread = new()
    {
        ["ernie4_5_moe"] = "the correction bias of its softmax router (moe_statics)",
        ["glm4_moe"] = $"{SigmoidRouter}, and the block for several tokens at once",
        ["dots1"] = SigmoidRouter,
        ["hy_v3"] = $"{SigmoidRouter}, and the block for several tokens at once",
        ["solar_open"] = SigmoidRouter,
        ["bailing_moe_v2"] = $"{SigmoidRouter}, and its fused query_key_value",
        ["minimax_m2"] = $"{SigmoidRouter}, and weights in blocks of fp8",
    };

    /// <summary>The family that a file states.</summary>
    /// <exception cref="ConfigurationException">It is known to be different, or not known;
    /// the message says which can be loaded.</exception>
    public static HuggingFaceFamily Of(HuggingFaceConfig config)
    {
        var type = config.ModelType;
        var known = string.Join(", ", All.Select(family => family.ModelType));
        return All.FirstOrDefault(family => family.ModelType == type)
            ?? throw new ConfigurationException(Unread.TryGetValue(type, out var unread)
                ? $"{config.Path}: of the architecture {type}, {unread} cannot be read from a file yet, though a layer can declare it; "
                    + $"these can be loaded: {known}."
                : Unsupported.TryGetValue(type, out var part)
                ? $"{config.Path}: the architecture {type} has {part}, which the backbone here does not have; these can be loaded: {known}."
                : $"{config.Path}: the architecture {MessageText.Quote(type)} is not known; these can be loaded: {known}.");
    }
}
