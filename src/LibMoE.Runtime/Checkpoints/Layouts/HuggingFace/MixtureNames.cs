namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>How a family states which blocks have a mixture.</summary>
internal enum MixtureBlocks
{
    /// <summary>All have one.</summary>
    All,

    /// <summary>Those not in <c>mlp_only_layers</c> whose number, from 1, is a multiple of <c>decoder_sparse_step</c>.</summary>
    NotListed,

    /// <summary>From <c>first_k_dense_replace</c> on, those whose number, from 0, is a multiple of <c>moe_layer_freq</c>.</summary>
    AfterFirst,

    /// <summary>Those that <c>mlp_layer_types</c> calls sparse; where it is absent, all from <c>first_k_dense_replace</c> on.</summary>
    Typed,

    /// <summary>From <c>moe_layer_start_index</c> to <c>moe_layer_end_index</c>, those whose number, from 1, is a multiple of
    /// <c>moe_layer_interval</c>.</summary>
    Between,
}

/// <summary>How a family states its shared experts.</summary>
internal enum SharedKey
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>The width of them all.</summary>
    Width,

    /// <summary>Their number, each as wide as a routed expert.</summary>
    Count,

    /// <summary>Not at all: there is one, as wide as a routed expert.</summary>
    One,
}

/// <summary>What groups that a token may not pick from count as where picks are made.</summary>
internal enum GroupMask
{
    /// <summary>−∞.</summary>
    Infinite,

    /// <summary>0, so that an expert outside wins against one whose score and correction bias add up to less.</summary>
    Zero,

    /// <summary>−∞ in the authors' code, 0 in Hugging Face's; either is theirs.</summary>
    Either,
}

/// <summary>How a family's mixture is called in its settings and tensors. Where a tensor has several names, files have one of them, and the
/// first is written.</summary>
/// <param name="Module">The mixture's module in a block.</param>
internal sealed record MixtureNames(params string[] Module)
{
    /// <summary>The router's matrix, in the module.</summary>
    public IReadOnlyList<string> Router { get; init; } = ["gate.weight"];

    /// <summary>The learned bias of its logits; null without.</summary>
    public string? RouterBias { get; init; }

    /// <summary>The correction bias of its scores; none without.</summary>
    public IReadOnlyList<string> ScoreBias { get; init; } = [];

    /// <summary>Whether the correction bias is a matrix of one row.</summary>
    public bool ScoreBiasIsRow { get; init; }

    /// <summary>Whether the router's matrix is stored in float32, whatever type the model has.</summary>
    public bool RouterIsWide { get; init; }

    /// <summary>An expert's gate projection.</summary>
    public string Gate { get; init; } = "gate_proj";

    /// <summary>An expert's up projection.</summary>
    public string Up { get; init; } = "up_proj";

    /// <summary>An expert's down projection.</summary>
    public string Down { get; init; } = "down_proj";

    /// <summary>How experts stand in stacks.</summary>
    public ExpertStack Stack { get; init; } = ExpertStack.Rows;

    /// <summary>The setting for E.</summary>
    public string ExpertsKey { get; init; } = "num_experts";

    /// <summary>The setting for K.</summary>
    public string TopKKey { get; init; } = "num_experts_per_tok";

    /// <summary>The setting for a routed expert's width.</summary>
    public string HiddenKey { get; init; } = "moe_intermediate_size";

    /// <summary>What the router makes of its logits.</summary>
    public RouterScore Score { get; init; }

    /// <summary>The setting for the factor on weights; null where it is 1.</summary>
    public string? ScaleKey { get; init; }

    /// <summary>What the factor is where a file does not state it.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Whether <c>n_group</c> and <c>topk_group</c> limit picks.</summary>
    public bool Groups { get; init; }

    /// <summary>What groups that are left out count as where picks are made.</summary>
    public GroupMask Mask { get; init; }

    /// <summary>The value of <c>topk_method</c> under which they do; null where none is needed.</summary>
    public string? GroupedMethod { get; init; }

    /// <summary>Whether files state <c>scoring_func</c> and <c>topk_method</c>.</summary>
    public bool StatesMethod { get; init; }

    /// <summary>How groups are valued.</summary>
    public GroupValue GroupValue { get; init; } = GroupValue.TopTwo;

    /// <summary>The setting for normalised weights; null where they always are.</summary>
    public string? NormalizeKey { get; init; } = "norm_topk_prob";

    /// <summary>Whether weights are normalised where a file does not say.</summary>
    public bool Normalize { get; init; }

    /// <summary>Whether a single pick is normalised too, to the weight 1.</summary>
    public bool NormalizesOne { get; init; } = true;

    /// <summary>Which blocks.</summary>
    public MixtureBlocks Blocks { get; init; }

    /// <summary>How many blocks at the start are dense where a file does not say.</summary>
    public int FirstDense { get; init; }

    /// <summary>How shared experts are stated.</summary>
    public SharedKey SharedKey { get; init; }

    /// <summary>Whether it has them in any case.</summary>
    public bool SharedRequired { get; init; }

    /// <summary>The setting for them.</summary>
    public string SharedSetting { get; init; } = "n_shared_experts";

    /// <summary>What the setting is where a file does not state it; null where it must.</summary>
    public int? SharedAbsent { get; init; } = 0;

    /// <summary>The module of the shared experts.</summary>
    public IReadOnlyList<string> Shared { get; init; } = ["shared_experts"];

    /// <summary>The shared experts' gate and up projections as one matrix, and their down projection, in the block; null where they are
    /// three in a module of the mixture.</summary>
    public ExpertStack? SharedStack { get; init; }

    /// <summary>The projection whose sigmoid weighs the shared output; null where its weight is 1.</summary>
    public string? SharedGate { get; init; }

    /// <summary>The clamp, slope and offset of its SwiGLU; null where it is plain.</summary>
    public ClampedGlu? Clamp { get; init; }
}

/// <summary>How a family clamps its SwiGLU.</summary>
/// <param name="LimitKey">The setting for the limit.</param>
/// <param name="Limit">What it is where a file does not state it.</param>
/// <param name="SlopeKey">The setting for the slope.</param>
/// <param name="Slope">What it is where a file does not state it.</param>
/// <param name="UpOffset">What is added to the up projection.</param>
internal sealed record ClampedGlu(string LimitKey, double Limit, string SlopeKey, double Slope, double UpOffset);
