using LibMoE.Runtime.Checkpoints.Layouts;
using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

namespace LibMoE.Runtime;

/// <summary>How Hugging Face stores a routed expert's matrices.</summary>
public enum ExpertStorage
{
    /// <summary>Each expert's in tensors of its own, <c>experts.3.gate_proj.weight [H, D]</c>, as most published files have them.</summary>
    PerExpert,

    /// <summary>All experts' in two tensors, <c>experts.gate_up_proj [E, 2H, D]</c> and <c>experts.down_proj [E, D, H]</c>.</summary>
    Fused,
}

/// <summary>How the tensors of a model are called and cut in a Hugging Face folder.</summary>
/// <param name="backbone">The architecture.</param>
/// <param name="mixture">How the mixture's are.</param>
/// <param name="headTwice">Whether a head that is the embedding is stored once more, as some published files have it.</param>
internal sealed class HuggingFaceTensors(HuggingFaceBackbone backbone, MixtureTensors? mixture, bool headTwice = false)
{
    private const string Head = "lm_head.weight";

    /// <summary>Behind attention where blocks normalise what parts give, before the FFN where they normalise what parts read.</summary>
    private const string PostAttention = "post_attention_layernorm";

    /// <summary>Whether rotary channels of latent attention stand side by side there.</summary>
    public RotaryLayout LatentLayout { get; init; } = RotaryLayout.Interleaved;

    private readonly ModelConfig _config = backbone.Model;
    private readonly HuggingFaceFamily _family = backbone.Family;

    /// <summary>How they are in a folder that lies there.</summary>
    /// <param name="source">The folder's tensors.</param>
    /// <param name="backbone">The architecture.</param>
    /// <param name="variant">What they are loaded into.</param>
    public static HuggingFaceTensors In(ITensorSource source, HuggingFaceBackbone backbone, MoeVariant? variant)
    {
        var headTwice = backbone.Model.TieEmbeddings && source.Find(Head) is not null;
        var block = Enumerable.Range(0, backbone.Model.Layers).FirstOrDefault(backbone.Model.IsMoeBlock);
        return new HuggingFaceTensors(backbone, MixtureTensors.In(source, backbone, Block(block), variant), headTwice)
        {
            LatentLayout = backbone.Model.RotaryLayout,
        };
    }

    /// <summary>Whether experts are packed in MXFP4.</summary>
    public bool IsPacked => mixture?.Packed ?? false;

    /// <summary>Every tensor of the model.</summary>
    public IEnumerable<TensorMap> Maps() =>
    [
        headTwice
            ? TensorMap.Twice("embedding.weight", _family.Names.Embedding, Head)
            : TensorMap.Same("embedding.weight", _family.Names.Embedding),
        .. Enumerable.Range(0, _config.Layers)
            .SelectMany(block => Maps($"blocks.{block}.", Block(block), mixture is not null && _config.IsMoeBlock(block))),
        TensorMap.Same("norm.weight", "model.norm.weight"),
        .. _config.TieEmbeddings ? Array.Empty<TensorMap>() : [TensorMap.Same("head.weight", Head)],
    ];

    /// <summary>Stored tensors that carry nothing: rotary tables that old versions saved.</summary>
    public static bool CarriesNothing(string name) => name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal);

    /// <summary>Stored tensors of what predicts several tokens at once: blocks behind the last, or under a name of their own. The model of
    /// one token a step does without them.</summary>
    public bool IsFurther(string name) =>
        (_family.Names.LeftOut is { } start && name.StartsWith(start, StringComparison.Ordinal))
        || (_family.FurtherBlocks && BlockOf(name) is { } block && block >= _config.Layers);

    private static string Block(int block) => $"model.layers.{block}.";

    private static int? BlockOf(string name) =>
        name.Split('.') is ["model", "layers", var number, ..] && int.TryParse(number, out var block) ? block : null;

    private IEnumerable<TensorMap> Maps(string ours, string theirs, bool isMixture)
    {
        var (before, after) = (_config.NormPlacement != NormPlacement.After, _config.NormPlacement != NormPlacement.Before);
        return
        [
            .. Norm(before, "attention_norm", "input_layernorm"),
            .. _family.Latent
                ? Latents(ours + "attention.", $"{theirs}{_family.Names.Attention}.")
                : Attention(ours + "attention.", $"{theirs}{_family.Names.Attention}."),
            .. Norm(after, "attention_after_norm", PostAttention),
            .. Norm(before, "ffn_norm", PostAttention),
            .. isMixture ? mixture!.Maps(ours + "ffn.", theirs) : FeedForward(ours + "ffn.", theirs + "mlp."),
            .. Norm(after, "ffn_after_norm", "post_feedforward_layernorm"),
        ];

        TensorMap[] Norm(bool there, string own, string stored) =>
            there ? [TensorMap.Same($"{ours}{own}.weight", $"{theirs}{stored}.weight")] : [];
    }

    private IEnumerable<TensorMap> Latents(string ours, string theirs)
    {
        var latent = _config.LatentAttention!;
        if (latent.QueryRank is null)
        {
            yield return Turned("query", "q_proj", _config.Heads);
        }
        else
        {
            yield return Same("query_down", "q_a_proj");
            yield return Same("query_norm", "q_a_layernorm");
            yield return Turned("query_up", "q_b_proj", _config.Heads);
        }

        yield return Turned("latent_down", "kv_a_proj_with_mqa", 1);
        yield return Same("latent_norm", "kv_a_layernorm");
        yield return Same("latent_up", "kv_b_proj");
        yield return Same("output", "o_proj");

        TensorMap Same(string here, string there) => TensorMap.Same($"{ours}{here}.weight", $"{theirs}{there}.weight");

        TensorMap Turned(string here, string there, int heads) => _config.RotaryLayout == LatentLayout
            ? Same(here, there)
            : TensorMap.LastHalvesToPairs($"{ours}{here}.weight", $"{theirs}{there}.weight", heads, latent.RotaryChannels);
    }

    private IEnumerable<TensorMap> Attention(string ours, string theirs)
    {
        foreach (var kind in _config.AttentionBias ? ["weight", "bias"] : new[] { "weight" })
        {
            if (_family.Names.QueryKeyValue is { } all)
            {
                long keyValue = (long)_config.KeyValueHeadCount * _config.HeadWidth;
                string[] parts = [ours + "query." + kind, ours + "key." + kind, ours + "value." + kind];
                yield return TensorMap.Stacked(
                    parts, [(long)_config.Heads * _config.HeadWidth, keyValue, keyValue], $"{theirs}{all}.{kind}");
                continue;
            }

            yield return Turned(ours + "query." + kind, theirs + "q_proj." + kind, _config.Heads);
            yield return Turned(ours + "key." + kind, theirs + "k_proj." + kind, _config.KeyValueHeadCount);
            yield return TensorMap.Same(ours + "value." + kind, theirs + "v_proj." + kind);
        }

        if (_config.QueryKeyNorm)
        {
            var (queries, keys) = _config.QueryKeyNormAcrossHeads ? (_config.Heads, _config.KeyValueHeadCount) : (1, 1);
            yield return Turned(ours + "query_norm.weight", $"{theirs}{_family.Names.QueryNorm}.weight", queries);
            yield return Turned(ours + "key_norm.weight", $"{theirs}{_family.Names.KeyNorm}.weight", keys);
        }

        if (_config.AttentionSinks)
        {
            yield return TensorMap.Same(ours + "sinks", theirs + "sinks");
        }

        yield return TensorMap.Same(ours + "output.weight", $"{theirs}{_family.Names.Output}.weight");
        if (_config.AttentionOutputBias)
        {
            yield return TensorMap.Same(ours + "output.bias", $"{theirs}{_family.Names.Output}.bias");
        }
    }

    /// <summary>Channels that a rotary embedding turns together stand half a head apart in most families and side by side in some; here
    /// either can be.</summary>
    private TensorMap Turned(string ours, string theirs, int heads) => (_config.RotaryLayout, _family.RotaryLayout) switch
    {
        (RotaryLayout.Interleaved, RotaryLayout.Half) => TensorMap.PairsToHalves(ours, theirs, heads),
        (RotaryLayout.Half, RotaryLayout.Interleaved) => TensorMap.HalvesToPairs(ours, theirs, heads),
        _ => TensorMap.Same(ours, theirs),
    };

    private IEnumerable<TensorMap> FeedForward(string ours, string theirs) =>
    [
        _family.Fused
            ? TensorMap.Transposed(ours + "gate_up", theirs + "gate_up_proj.weight")
            : TensorMap.GateUp(ours + "gate_up", theirs + "gate_proj.weight", theirs + "up_proj.weight"),
        TensorMap.Transposed(ours + "down", theirs + "down_proj.weight"),
    ];
}
