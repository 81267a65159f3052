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

/// <summary>
/// One architecture that Hugging Face folders name in <c>model_type</c>: what its backbone has, and how its tensors and settings are
/// called. A new one is one row in <see cref="HuggingFaceFamilies.All"/>.
/// </summary>
/// <param name="ModelType">The name in <c>config.json</c>.</param>
/// <param name="Architecture">The class name in <c>config.json</c>.</param>
internal sealed record HuggingFaceFamily(string ModelType, string Architecture)
{
    /// <summary>Other names in <c>config.json</c> under which its class is found too.</summary>
    public IReadOnlyList<string> AlsoCalled { get; init; } = [];

    /// <summary>Query, key and value projections have biases where this setting is true; null where it does not say.</summary>
    public string? BiasKey { get; init; }

    /// <summary>Whether they have biases where no setting says.</summary>
    public bool Bias { get; init; }

    /// <summary>Whether attention's output projection has a bias where those have.</summary>
    public bool OutputBias { get; init; }

    /// <summary>How queries and keys are normalised.</summary>
    public HeadNorm HeadNorm { get; init; }

    /// <summary>They are where this setting is true; null where they always are.</summary>
    public string? HeadNormKey { get; init; }

    /// <summary>Whether they are where a file does not state that setting.</summary>
    public bool HeadNormAbsent { get; init; }

    /// <summary>Whether they are after the rotary embedding.</summary>
    public bool HeadNormAfterRotary { get; init; }

    /// <summary>Whether it has multi-head latent attention.</summary>
    public bool Latent { get; init; }

    /// <summary>Whether <c>rope_interleave</c> says in which order channels of latent attention turn; without, and where it is absent,
    /// those that turn together stand side by side.</summary>
    public bool StatesInterleaving { get; init; }

    /// <summary>Whether gate and up projections of a dense FFN are one matrix (Phi-3).</summary>
    public bool Fused { get; init; }

    /// <summary>Whether a head's width can differ from width / heads.</summary>
    public bool OwnHeadWidth { get; init; } = true;

    /// <summary>Whether <c>sliding_window</c> holds only where <c>use_sliding_window</c> is true.</summary>
    public bool WindowHasSwitch { get; init; }

    /// <summary>What <c>sliding_window</c> is where a file does not state it; null for none.</summary>
    public int? Window { get; init; }

    /// <summary>Which blocks have the window.</summary>
    public WindowBlocks WindowBlocks { get; init; }

    /// <summary>Whether its heads have sinks.</summary>
    public bool Sinks { get; init; }

    /// <summary>What <c>rms_norm_eps</c> is where a file does not state it.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Where blocks normalise.</summary>
    public NormPlacement NormPlacement { get; init; }

    /// <summary>Whether weights of norms are kept as what they differ from 1 by.</summary>
    public bool NormUnitOffset { get; init; }

    /// <summary>Whether what the embedding gives is multiplied by the root of its width.</summary>
    public bool EmbeddingByWidth { get; init; }

    /// <summary>What <c>hidden_act</c> is where a file does not state it.</summary>
    public string Activation { get; init; } = "silu";

    /// <summary>What <c>hidden_act</c> can be.</summary>
    public IReadOnlyList<string> Activations { get; init; } = ["silu", "gelu"];

    /// <summary>What <c>rope_theta</c> is where a file does not state it.</summary>
    public double RotaryBase { get; init; } = 10_000;

    /// <summary>Whether <c>partial_rotary_factor</c> can be below 1.</summary>
    public bool PartlyRotary { get; init; }

    /// <summary>What <c>partial_rotary_factor</c> is where a file does not state it.</summary>
    public double RotaryFraction { get; init; } = 1;

    /// <summary>Which channels are turned together.</summary>
    public RotaryLayout RotaryLayout { get; init; } = RotaryLayout.Half;

    /// <summary>How its rotary frequencies can be scaled.</summary>
    public IReadOnlyList<RotaryScalingKind> RotaryScalings { get; init; } =
        [RotaryScalingKind.Linear, RotaryScalingKind.Llama3, RotaryScalingKind.Yarn];

    /// <summary>Whether the type <c>dynamic</c> with <c>alpha</c> α multiplies the base by α^(D/(D − 2)), with D the channels of a
    /// head.</summary>
    public bool RotaryAlpha { get; init; }

    /// <summary>How they are where a file states neither <c>rope_scaling</c> nor <c>rope_parameters</c>.</summary>
    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>What <c>tie_word_embeddings</c> is where a file does not state it.</summary>
    public bool Tied { get; init; }

    /// <summary>Whether it has the four factors of Granite.</summary>
    public bool Factors { get; init; }

    /// <summary>Settings that must be what they are here, or absent; see <see cref="HuggingFaceRefusals"/>.</summary>
    public IReadOnlyList<FixedSetting> Fixed { get; init; } = [];

    /// <summary>How tensors outside the mixture are called.</summary>
    public BackboneNames Names { get; init; } = new();

    /// <summary>Whether files may hold blocks for several tokens at once behind the others, which are left out.</summary>
    public bool FurtherBlocks { get; init; }

    /// <summary>Whether experts may be stored in MXFP4.</summary>
    public bool Mxfp4 { get; init; }

    /// <summary>The mixture; null in a dense family.</summary>
    public MixtureNames? Mixture { get; init; }
}

/// <summary>Which blocks of a family have its window.</summary>
internal enum WindowBlocks
{
    /// <summary>A window only shortens the context, to where it changes nothing.</summary>
    ShortenContext,

    /// <summary>Those that <c>layer_types</c> calls sliding_attention; where it is absent, all from <c>max_window_layers</c> on.</summary>
    FromLast,

    /// <summary>Those that <c>layer_types</c> calls sliding_attention; where it is absent, every second from the first on.</summary>
    EverySecond,
}

/// <summary>How a family's tensors outside the mixture are called.</summary>
internal sealed record BackboneNames
{
    /// <summary>The embedding.</summary>
    public string Embedding { get; init; } = "model.embed_tokens.weight";

    /// <summary>Attention's module in a block.</summary>
    public string Attention { get; init; } = "self_attn";

    /// <summary>Queries, keys and values as one matrix, in this order; null where they are three.</summary>
    public string? QueryKeyValue { get; init; }

    /// <summary>Attention's output projection.</summary>
    public string Output { get; init; } = "o_proj";

    /// <summary>The norm of queries.</summary>
    public string QueryNorm { get; init; } = "q_norm";

    /// <summary>The norm of keys.</summary>
    public string KeyNorm { get; init; } = "k_norm";

    /// <summary>What names of tensors start with that are left out: more for several tokens at once.</summary>
    public string? LeftOut { get; init; }
}

/// <summary>A setting whose every other value would change the forward pass.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Values">Its values as JSON has them.</param>
internal sealed record FixedSetting(string Key, params string[] Values);
