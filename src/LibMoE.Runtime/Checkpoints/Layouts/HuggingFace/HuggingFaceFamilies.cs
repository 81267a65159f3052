namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>The architectures that can be loaded: a table, one row a family.</summary>
internal static class HuggingFaceFamilies
{
    private const string CorrectionBias = "e_score_correction_bias";

    /// <summary>Bailing's names of what has others elsewhere.</summary>
    private static readonly BackboneNames Bailing = new()
    {
        Embedding = "model.word_embeddings.weight",
        Attention = "attention",
        QueryKeyValue = "query_key_value",
        Output = "dense",
        QueryNorm = "query_layernorm",
        KeyNorm = "key_layernorm",
    };

    /// <summary>Granite's mixture.</summary>
    private static readonly MixtureNames Granite = new("block_sparse_moe")
    {
        Router = ["router.layer.weight"],
        Stack = new("input_linear.weight", "output_linear.weight") { Only = true },
        ExpertsKey = "num_local_experts",
        HiddenKey = "intermediate_size",
        NormalizeKey = null,
    };

    /// <summary>DeepSeek-V3's mixture as Hugging Face's code has it, which other families inherit.</summary>
    private static readonly MixtureNames Sigmoid = new("mlp")
    {
        ScoreBias = ["gate." + CorrectionBias],
        ExpertsKey = "n_routed_experts",
        Score = RouterScore.Sigmoid,
        ScaleKey = "routed_scaling_factor",
        Groups = true,
        Mask = GroupMask.Zero,
        Blocks = MixtureBlocks.AfterFirst,
        SharedKey = SharedKey.Count,
    };

    /// <summary>Every family that can be loaded and, its mixture being a declared layer's, written.</summary>
    public static IReadOnlyList<HuggingFaceFamily> All { get; } =
    [
        new("llama", "LlamaForCausalLM"),
        new("mistral", "MistralForCausalLM") { Window = 4096 },
        new("qwen2", "Qwen2ForCausalLM") { Bias = true, WindowHasSwitch = true, OwnHeadWidth = false },
        new("qwen3", "Qwen3ForCausalLM") { HeadNorm = HeadNorm.PerHead, WindowHasSwitch = true },
        new("phi3", "Phi3ForCausalLM")
        {
            Fused = true,
            Names = new() { QueryKeyValue = "qkv_proj" },
            OwnHeadWidth = false,
            PartlyRotary = true,
            RotaryScalings = [],
            NormEpsilon = 1e-5,
        },
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
            Mixture = new("mlp")
            {
                Blocks = MixtureBlocks.NotListed,
                SharedKey = SharedKey.Width,
                SharedSetting = "shared_expert_intermediate_size",
                SharedAbsent = null,
                SharedRequired = true,
                Shared = ["shared_expert"],
                SharedGate = "shared_expert_gate",
            },
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
            },
        },
        new("dots1", "Dots1ForCausalLM")
        {
            BiasKey = "attention_bias",
            OutputBias = true,
            HeadNorm = HeadNorm.PerHead,
            Window = 4096,
            WindowBlocks = WindowBlocks.FromLast,
            Mixture = Sigmoid with { SharedAbsent = null, SharedRequired = true },
        },
        new("glm4_moe", "Glm4MoeForCausalLM")
        {
            BiasKey = "attention_bias",
            HeadNorm = HeadNorm.PerHead,
            HeadNormKey = "use_qk_norm",
            NormEpsilon = 1e-5,
            PartlyRotary = true,
            RotaryFraction = 0.5,
            FurtherBlocks = true,
            Mixture = Sigmoid with { Normalize = true, FirstDense = 1, SharedAbsent = 1, SharedRequired = true },
        },
        new("solar_open", "SolarOpenForCausalLM")
        {
            BiasKey = "attention_bias",
            NormEpsilon = 1e-5,
            RotaryBase = 1e6,
            PartlyRotary = true,
            Mixture = Sigmoid with { Normalize = true, Blocks = MixtureBlocks.All, SharedAbsent = 1, SharedRequired = true },
        },
        new("hy_v3", "HYV3ForCausalLM")
        {
            BiasKey = "attention_bias",
            OutputBias = true,
            HeadNorm = HeadNorm.PerHead,
            NormEpsilon = 1e-5,
            RotaryBase = 11_158_840,
            FurtherBlocks = true,
            Fixed = [new("qk_norm", "true"), new("route_norm", "true"), new("moe_router_use_sigmoid", "true")],
            Mixture = new("mlp")
            {
                Router = ["router.gate.weight", "gate.weight"],
                ScoreBias = ["expert_bias", CorrectionBias],
                Score = RouterScore.Sigmoid,
                ScaleKey = "router_scaling_factor",
                Scale = 2.826,
                NormalizeKey = null,
                Blocks = MixtureBlocks.Typed,
                FirstDense = 1,
                SharedKey = SharedKey.Count,
                SharedSetting = "num_shared_experts",
                SharedAbsent = 1,
                SharedRequired = true,
                Shared = ["shared_mlp", "shared_experts"],
            },
        },
        new("minimax_m2", "MiniMaxM2ForCausalLM")
        {
            HeadNorm = HeadNorm.AcrossHeads,
            RotaryBase = 5e6,
            PartlyRotary = true,
            FurtherBlocks = true,
            Fixed =
            [
                new("attn_type_list", "1"), new("use_qk_norm", "true"), new("qk_norm_type", "\"per_layer\""),
                new("use_routing_bias", "true"), new("shared_intermediate_size", "0"),
                .. new[] { "full_attention_alpha", "full_attention_beta", "linear_attention_alpha", "linear_attention_beta", "mlp_alpha",
                    "mlp_beta" }.Select(part => new FixedSetting("layernorm_" + part, "1.0", "1")),
            ],
            Mixture = new("block_sparse_moe", "mlp")
            {
                ScoreBias = [CorrectionBias, "gate." + CorrectionBias],
                Gate = "w1",
                Up = "w3",
                Down = "w2",
                ExpertsKey = "num_local_experts",
                HiddenKey = "intermediate_size",
                Score = RouterScore.Sigmoid,
                NormalizeKey = null,
            },
        },
        new("ernie4_5_moe", "Ernie4_5_MoeForCausalLM")
        {
            NormEpsilon = 1e-5,
            RotaryBase = 500_000,
            RotaryLayout = RotaryLayout.Interleaved,
            Tied = true,
            Names = new() { LeftOut = "model.mtp_" },
            FurtherBlocks = true,
            Fixed = [new("use_bias", "false")],
            Mixture = new("mlp")
            {
                ScoreBias = ["moe_statics." + CorrectionBias, "gate.moe_statics." + CorrectionBias],
                ScoreBiasIsRow = true,
                RouterIsWide = true,
                ExpertsKey = "moe_num_experts",
                TopKKey = "moe_k",
                NormalizeKey = null,
                Blocks = MixtureBlocks.Between,
                FirstDense = 1,
                SharedKey = SharedKey.Count,
                SharedSetting = "moe_num_shared_experts",
                SharedAbsent = 2,
            },
        },
        new("bailing_moe_v2", "BailingMoeV2ForCausalLM")
        {
            AlsoCalled = ["bailing_moe"],
            BiasKey = "use_qkv_bias",
            HeadNorm = HeadNorm.PerHead,
            HeadNormKey = "use_qk_norm",
            HeadNormAbsent = true,
            PartlyRotary = true,
            FurtherBlocks = true,
            Names = Bailing,
            Fixed = [new("use_bias", "false"), new("use_rmsnorm", "true"), new("moe_router_enable_expert_bias", "true")],
            Mixture = new("mlp")
            {
                ScoreBias = ["gate.expert_bias"],
                Score = RouterScore.Sigmoid,
                ScaleKey = "routed_scaling_factor",
                Groups = true,
                NormalizeKey = null,
                NormalizesOne = false,
                Blocks = MixtureBlocks.AfterFirst,
                SharedKey = SharedKey.Count,
                SharedSetting = "num_shared_experts",
            },
        },
        new("bailing_moe", "BailingMoeForCausalLM")
        {
            BiasKey = "use_qkv_bias",
            Names = Bailing,
            Fixed = [new("use_bias", "false"), new("norm_head", "false"), new("norm_softmax", "false")],
            Mixture = new("mlp")
            {
                NormalizesOne = false,
                Blocks = MixtureBlocks.AfterFirst,
                SharedKey = SharedKey.Count,
                SharedSetting = "num_shared_experts",
            },
        },
        new("gpt_oss", "GptOssForCausalLM")
        {
            BiasKey = "attention_bias",
            Bias = true,
            OutputBias = true,
            NormEpsilon = 1e-5,
            RotaryBase = 150_000,
            RotaryScaling = new() { Kind = RotaryScalingKind.Yarn, Factor = 32, FirstContext = 4096, ExactChannels = true },
            Window = 128,
            WindowBlocks = WindowBlocks.EverySecond,
            Sinks = true,
            Mxfp4 = true,
            Mixture = new("mlp")
            {
                Router = ["router.weight"],
                RouterBias = "router.bias",
                Stack = new("experts.gate_up_proj", "experts.down_proj") { Only = true, Alternates = true, Bias = true },
                ExpertsKey = "num_local_experts",
                HiddenKey = "intermediate_size",
                NormalizeKey = null,
                Clamp = new("swiglu_limit", 7, "swiglu_alpha", 1.702, UpOffset: 1),
            },
        },
        new("hunyuan_v1_moe", "HunYuanMoEV1ForCausalLM")
        {
            BiasKey = "attention_bias",
            OutputBias = true,
            HeadNorm = HeadNorm.PerHead,
            HeadNormAfterRotary = true,
            NormEpsilon = 1e-5,
            RotaryAlpha = true,
            Names = new() { QueryNorm = Bailing.QueryNorm, KeyNorm = Bailing.KeyNorm },
            Fixed =
            [
                new("use_qk_norm", "true"), new("use_cla", "false"), new("use_mixed_mlp_moe", "true"), new("num_shared_expert", "1"),
                new("moe_layer_num_skipped", "0"), new("norm_type", "\"rms\""),
            ],
            Mixture = new("mlp")
            {
                Router = ["gate.wg.weight"],
                RouterIsWide = true,
                TopKKey = "moe_topk",
                HiddenKey = "intermediate_size",
                NormalizeKey = null,
                SharedKey = SharedKey.One,
                SharedRequired = true,
                Shared = ["shared_mlp"],
            },
        },
        new("granite", "GraniteForCausalLM") { BiasKey = "attention_bias", OutputBias = true, Factors = true, OwnHeadWidth = false },
        new("granitemoe", "GraniteMoeForCausalLM")
        {
            BiasKey = "attention_bias",
            OutputBias = true,
            Factors = true,
            OwnHeadWidth = false,
            Mixture = Granite,
        },
        new("granitemoeshared", "GraniteMoeSharedForCausalLM")
        {
            BiasKey = "attention_bias",
            OutputBias = true,
            Factors = true,
            OwnHeadWidth = false,
            Mixture = Granite with
            {
                SharedKey = SharedKey.Width,
                SharedSetting = "shared_intermediate_size",
                SharedStack = new("shared_mlp.input_linear.weight", "shared_mlp.output_linear.weight"),
            },
        },
        new("olmo2", "Olmo2ForCausalLM")
        {
            BiasKey = "attention_bias",
            OutputBias = true,
            OwnHeadWidth = false,
            HeadNorm = HeadNorm.AcrossHeads,
            NormPlacement = NormPlacement.After,
            NormEpsilon = 1e-5,
        },
        new("flex_olmo", "FlexOlmoForCausalLM")
        {
            BiasKey = "attention_bias",
            OutputBias = true,
            OwnHeadWidth = false,
            HeadNorm = HeadNorm.AcrossHeads,
            NormPlacement = NormPlacement.After,
            RotaryBase = 500_000,
            Mixture = new("mlp") { HiddenKey = "intermediate_size" },
        },
        DeepSeekV2,
        DeepSeekV3("deepseek_v3"),
        DeepSeekV3("kimi_k2"),
        new("gemma", "GemmaForCausalLM")
        {
            BiasKey = "attention_bias",
            OutputBias = true,
            NormUnitOffset = true,
            EmbeddingByWidth = true,
            Tied = true,
            Activation = "gelu_pytorch_tanh",
            Activations = ["gelu_pytorch_tanh"],
        },
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
            ScaleKey = "routed_scaling_factor",
            Groups = true,
            GroupedMethod = "group_limited_greedy",
            StatesMethod = true,
            GroupValue = GroupValue.Largest,
            Blocks = MixtureBlocks.AfterFirst,
            SharedKey = SharedKey.Count,
        },
    };

    /// <summary>Latent attention and sigmoid routing with a bias; Kimi K2 is stored the same way under a name of its own.</summary>
    private static HuggingFaceFamily DeepSeekV3(string type) => new(type, "DeepseekV3ForCausalLM")
    {
        Latent = true,
        StatesInterleaving = true,
        FurtherBlocks = true,
        RotaryScalings = [RotaryScalingKind.Yarn],
        Mixture = Sigmoid with { Mask = GroupMask.Either, StatesMethod = true, Normalize = true, NormalizesOne = false },
    };
}
