using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>One architecture that GGUF files name in <c>general.architecture</c>: whose backbone it is, and what llama.cpp's code for it
/// fixes. A new one is one row in <see cref="All"/>.</summary>
/// <param name="Architecture">The name in the file.</param>
/// <param name="ModelType">The architecture of Hugging Face's libraries that computes the same.</param>
internal sealed record GgufFamily(string Architecture, string ModelType)
{
    /// <summary>Whether channels that a rotary embedding turns together stand side by side (ggml's NORM, against NEOX).</summary>
    public bool TurnsPairs { get; init; }

    /// <summary>Whether weights are divided by their sum over the picks; null where the file states it.</summary>
    public bool? Normalizes { get; init; }

    /// <summary>Whether the first blocks may be dense, and how many is stated.</summary>
    public bool HasDenseBlocks { get; init; }

    /// <summary>Whether a routed expert's width is stated beside the dense FFN's.</summary>
    public bool StatesExpertWidth { get; init; }

    /// <summary>The norm before the FFN, in a block.</summary>
    public string FeedForwardNorm { get; init; } = "ffn_norm.weight";

    /// <summary>Whether a head of its own must be stored.</summary>
    public bool NeedsHead { get; init; }

    /// <summary>Whether scores are the softmax over the picks (llama.cpp's SOFTMAX_WEIGHT), which is that over all, normalised.</summary>
    public bool WeighsPicks { get; init; }

    /// <summary>Every architecture that can be read and written.</summary>
    public static IReadOnlyList<GgufFamily> All { get; } =
    [
        new("llama", "llama") { TurnsPairs = true },
        new("llama", "mixtral") { TurnsPairs = true, Normalizes = true },
        new("qwen2", "qwen2"),
        new("qwen3", "qwen3"),
        new("qwen3moe", "qwen3_moe") { Normalizes = true, StatesExpertWidth = true },
        new("olmoe", "olmoe") { Normalizes = false },
        new("deepseek2", "deepseek_v2") { TurnsPairs = true, HasDenseBlocks = true, StatesExpertWidth = true },
        new("deepseek2", "deepseek_v3") { TurnsPairs = true, HasDenseBlocks = true, StatesExpertWidth = true },
        new("gpt-oss", "gpt_oss")
        {
            Normalizes = true,
            StatesExpertWidth = true,
            FeedForwardNorm = "post_attention_norm.weight",
            NeedsHead = true,
            WeighsPicks = true,
        },
    ];

    /// <summary>Whether it has multi-head latent attention.</summary>
    public bool IsLatent => Counterpart.Latent;

    /// <summary>The order of channels that a model is read with, unless its file has come from here and says otherwise.</summary>
    public RotaryLayout UsualLayout => IsLatent ? RotaryLayout.Interleaved : RotaryLayout.Half;

    /// <summary>Whether YaRN's frequencies pass over between channels in the models of this architecture.</summary>
    public bool ExactChannels => Counterpart.RotaryScaling is { ExactChannels: true };

    /// <summary>Whether every second block has a window, from the first on.</summary>
    public bool HasWindows => Counterpart.WindowBlocks == WindowBlocks.EverySecond;

    /// <summary>What its backbone and mixture have.</summary>
    public HuggingFaceFamily Counterpart => HuggingFaceFamilies.All.First(family => family.ModelType == ModelType);

    /// <summary>Every second block, from the first on.</summary>
    public static IEnumerable<int> EverySecond(int layers) => Enumerable.Range(0, layers).Where(block => block % 2 == 0);

    /// <summary>The parts of a model that it has no place for, each in a few words.</summary>
    /// <param name="model">The backbone.</param>
    /// <param name="declaration">The mixture; null for a dense model.</param>
    public (MixtureDescription? Mixture, IReadOnlyList<string> Missing) Of(ModelConfig model, MoeDeclaration? declaration)
    {
        var usual = model.LatentAttention is { } latent
            ? model with { LatentAttention = latent with { NormEpsilon = HuggingFaceLatents.NormEpsilon } } : model;
        var (mixture, parts) = HuggingFaceCounterpart.Of(Counterpart, usual, declaration);
        List<string> missing = [.. parts, .. IsLatent ? GgufLatents.Missing(model) : GgufRotary.Missing(this, model)];
        Add(mixture is { Groups: > 0, GroupValue: not GroupValue.TopTwo }, "groups valued by their largest expert");
        Add(mixture is { MaskByZero: true }, "groups that are left out by 0");
        Add(NeedsHead && model.TieEmbeddings, "a head that is the embedding");
        Add(!IsLatent && model.AttentionBias != Counterpart.Bias,
            model.AttentionBias ? "biases of queries, keys and values" : "queries, keys and values without biases");
        Add(HasWindows && Windowed(model) is { Count: > 0 } blocks && !blocks.SequenceEqual(EverySecond(model.Layers)),
            "windows in other blocks than every second, from the first on");
        Add(IsLatent && mixture is { SharedHidden: 0 }, "mixtures without shared experts");
        Add(model.Activation != Activation.SwiGlu, $"an FFN of kind {model.Activation}");
        Add(mixture is not null && !HasDenseBlocks && model.MoeBlockNumbers.Count < model.Layers, "blocks without a mixture");
        Add(mixture is { Normalize: false } && Normalizes == true, "weights that are not normalised");
        Add(mixture is { Normalize: true } && Normalizes == false, "weights that are normalised");
        Add(mixture is not null && !StatesExpertWidth && mixture.Hidden != model.Hidden && model.MoeBlockNumbers.Count < model.Layers,
            "experts of another width than the dense FFN");
        return (mixture, [.. missing.Distinct()]);

        void Add(bool lacks, string part)
        {
            if (lacks)
            {
                missing.Add(part);
            }
        }
    }

    private static List<int> Windowed(ModelConfig model) =>
        [.. Enumerable.Range(0, model.Layers).Where(block => model.WindowOf(block) < model.Context)];
}
