namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>How a family normalises queries and keys.</summary>
internal enum HeadNorm
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Every head for itself.</summary>
    PerHead,

    /// <summary>All heads of a token together.</summary>
    AcrossHeads,
}

/// <summary>How a family states which blocks have a mixture.</summary>
internal enum MixtureBlocks
{
    /// <summary>All have one.</summary>
    All,

    /// <summary>Those not in <c>mlp_only_layers</c> whose number, from 1, is a multiple of <c>decoder_sparse_step</c>.</summary>
    NotListed,

    /// <summary>From <c>first_k_dense_replace</c> on, those whose number, from 0, is a multiple of <c>moe_layer_freq</c>.</summary>
    AfterFirst,
}

/// <summary>How a family states its shared experts.</summary>
internal enum SharedKey
{
    /// <summary>It has none.</summary>
    None,

    /// <summary><c>shared_expert_intermediate_size</c>, the width.</summary>
    Width,

    /// <summary><c>n_shared_experts</c>, as a multiple of the routed experts' width.</summary>
    Count,
}

/// <summary>
/// One architecture that Hugging Face folders name in <c>model_type</c>: what its backbone has, and how its tensors and settings are
/// called. A new one is one row in <see cref="HuggingFaceFamilies.All"/>.
/// </summary>
/// <param name="ModelType">The name in <c>config.json</c>.</param>
/// <param name="Architecture">The class name in <c>config.json</c>.</param>
internal sealed record HuggingFaceFamily(string ModelType, string Architecture)
{
    /// <summary>Query, key and value projections have biases where this setting is true; null where it does not say.</summary>
    public string? BiasKey { get; init; }

    /// <summary>Whether they have biases where no setting says.</summary>
    public bool Bias { get; init; }

    /// <summary>How queries and keys are normalised.</summary>
    public HeadNorm HeadNorm { get; init; }

    /// <summary>Whether it has multi-head latent attention.</summary>
    public bool Latent { get; init; }

    /// <summary>Whether <c>rope_interleave</c> says in which order channels turn; without, and where it is absent, those of latent
    /// attention stand side by side.</summary>
    public bool StatesInterleaving { get; init; }

    /// <summary>Whether <c>num_nextn_predict_layers</c> blocks for several tokens at once follow the others; they are skipped.</summary>
    public bool NextTokens { get; init; }

    /// <summary>Whether query, key and value projections are one matrix, and gate and up projections another (Phi-3).</summary>
    public bool Fused { get; init; }

    /// <summary>Whether a head's width can differ from width / heads.</summary>
    public bool OwnHeadWidth { get; init; } = true;

    /// <summary>Whether <c>sliding_window</c> holds only where <c>use_sliding_window</c> is true.</summary>
    public bool WindowHasSwitch { get; init; }

    /// <summary>What <c>sliding_window</c> is where a file does not state it; null for none.</summary>
    public int? Window { get; init; }

    /// <summary>What <c>rms_norm_eps</c> is where a file does not state it.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>What <c>rope_theta</c> is where a file does not state it.</summary>
    public double RotaryBase { get; init; } = 10_000;

    /// <summary>Whether <c>partial_rotary_factor</c> can be below 1.</summary>
    public bool PartlyRotary { get; init; }

    /// <summary>How its rotary frequencies can be scaled.</summary>
    public IReadOnlyList<RotaryScalingKind> RotaryScalings { get; init; } =
        [RotaryScalingKind.Linear, RotaryScalingKind.Llama3, RotaryScalingKind.Yarn];

    /// <summary>The mixture; null in a dense family.</summary>
    public MixtureNames? Mixture { get; init; }
}

/// <summary>How a family's mixture is called in its settings and tensors.</summary>
/// <param name="Module">The mixture's module in a block; the first of several is written.</param>
internal sealed record MixtureNames(params string[] Module)
{
    /// <summary>An expert's gate projection.</summary>
    public string Gate { get; init; } = "gate_proj";

    /// <summary>An expert's up projection.</summary>
    public string Up { get; init; } = "up_proj";

    /// <summary>An expert's down projection.</summary>
    public string Down { get; init; } = "down_proj";

    /// <summary>The setting for E.</summary>
    public string ExpertsKey { get; init; } = "num_experts";

    /// <summary>The setting for a routed expert's width.</summary>
    public string HiddenKey { get; init; } = "moe_intermediate_size";

    /// <summary>The setting for normalised weights, false where absent; null where they always are.</summary>
    public string? NormalizeKey { get; init; } = "norm_topk_prob";

    /// <summary>What <see cref="NormalizeKey"/> is where a file does not state it.</summary>
    public bool NormalizeAbsent { get; init; }

    /// <summary>Whether a single pick is normalised too, to the weight 1.</summary>
    public bool NormalizesOne { get; init; } = true;

    /// <summary>How scores follow from logits; <c>scoring_func</c> may say it too.</summary>
    public MixtureScore Score { get; init; }

    /// <summary>The setting for a factor on the weights, 1 where absent or null; null where there is none.</summary>
    public string? ScaleKey { get; init; }

    /// <summary>The tensor of the bias that picks are made with, in the mixture's module; null where there is none.</summary>
    public string? Bias { get; init; }

    /// <summary>The values of <c>topk_method</c> under which <c>n_group</c> and <c>topk_group</c> hold.</summary>
    public IReadOnlyList<string> GroupedMethods { get; init; } = [];

    /// <summary>The other values of <c>topk_method</c>, the first being meant where it is absent.</summary>
    public IReadOnlyList<string> Methods { get; init; } = ["greedy", "gready"];

    /// <summary>Whether a group is valued by the sum of its two largest selection values.</summary>
    public bool ValuesTwo { get; init; }

    /// <summary>Which blocks.</summary>
    public MixtureBlocks Blocks { get; init; }

    /// <summary>How shared experts are stated.</summary>
    public SharedKey SharedKey { get; init; }

    /// <summary>The module of the shared experts.</summary>
    public string Shared { get; init; } = "shared_expert";

    /// <summary>The projection whose sigmoid weighs the shared output; null where its weight is 1.</summary>
    public string? SharedGate { get; init; }
}
