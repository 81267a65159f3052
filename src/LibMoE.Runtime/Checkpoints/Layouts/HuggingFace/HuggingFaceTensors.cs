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
/// <param name="module">The mixture's module in a block.</param>
/// <param name="storage">How experts are stored.</param>
/// <param name="headTwice">Whether a head that is the embedding is stored once more, as some published files have it.</param>
internal sealed class HuggingFaceTensors(HuggingFaceBackbone backbone, string module, ExpertStorage storage, bool headTwice = false)
{
    /// <summary>Whether rotary channels of latent attention stand side by side there.</summary>
    public RotaryLayout LatentLayout { get; init; } = RotaryLayout.Interleaved;

    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";

    private readonly ModelConfig _config = backbone.Model;
    private readonly HuggingFaceFamily _family = backbone.Family;

    /// <summary>How they are in a folder that lies there.</summary>
    public static HuggingFaceTensors In(ITensorSource source, HuggingFaceBackbone backbone)
    {
        var modules = backbone.Family.Mixture?.Module ?? ["mlp"];
        var block = Enumerable.Range(0, backbone.Model.Layers).FirstOrDefault(backbone.Model.IsMoeBlock);
        var module = modules.FirstOrDefault(module => source.Find($"{Block(block)}{module}.gate.weight") is not null) ?? modules[0];
        var fused = source.Find($"{Block(block)}{module}.experts.gate_up_proj") is not null;
        var headTwice = backbone.Model.TieEmbeddings && source.Find(Head) is not null;
        return new HuggingFaceTensors(backbone, module, fused ? ExpertStorage.Fused : ExpertStorage.PerExpert, headTwice)
        {
            LatentLayout = backbone.Model.RotaryLayout,
        };
    }

    /// <summary>Every tensor of the model.</summary>
    public IEnumerable<TensorMap> Maps() =>
    [
        headTwice ? TensorMap.Twice("embedding.weight", Embedding, Head) : TensorMap.Same("embedding.weight", Embedding),
        .. Enumerable.Range(0, _config.Layers)
            .SelectMany(block => Maps($"blocks.{block}.", Block(block), backbone.Mixture is not null && _config.IsMoeBlock(block))),
        TensorMap.Same("norm.weight", "model.norm.weight"),
        .. _config.TieEmbeddings ? Array.Empty<TensorMap>() : [TensorMap.Same("head.weight", Head)],
    ];

    /// <summary>Stored tensors that carry nothing for this model: rotary tables that old versions saved, and the blocks for several tokens
    /// at once.</summary>
    public bool CarriesNothing(string name) =>
        name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal) || IsOfNextTokens(name);

    /// <summary>Whether a stored tensor is of the blocks for several tokens at once.</summary>
    public bool IsOfNextTokens(string name) => Enumerable.Range(_config.Layers, backbone.NextTokens)
        .Any(block => name.StartsWith(Block(block), StringComparison.Ordinal));

    private static string Block(int block) => $"model.layers.{block}.";

    private IEnumerable<TensorMap> Maps(string ours, string theirs, bool mixture) =>
    [
        TensorMap.Same(ours + "attention_norm.weight", theirs + "input_layernorm.weight"),
        .. _family.Latent ? Latents(ours + "attention.", theirs + "self_attn.") : Attention(ours + "attention.", theirs + "self_attn."),
        TensorMap.Same(ours + "ffn_norm.weight", theirs + "post_attention_layernorm.weight"),
        .. mixture ? Mixture(ours + "ffn.", $"{theirs}{module}.") : FeedForward(ours + "ffn.", theirs + "mlp."),
    ];

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
        if (_family.Fused)
        {
            long keyValue = (long)_config.KeyValueHeadCount * _config.HeadWidth;
            string[] parts = [ours + "query.weight", ours + "key.weight", ours + "value.weight"];
            yield return TensorMap.Stacked(
                parts, [(long)_config.Heads * _config.HeadWidth, keyValue, keyValue], theirs + "qkv_proj.weight");
        }
        else
        {
            foreach (var kind in _config.AttentionBias ? ["weight", "bias"] : new[] { "weight" })
            {
                yield return Turned(ours + "query." + kind, theirs + "q_proj." + kind, _config.Heads);
                yield return Turned(ours + "key." + kind, theirs + "k_proj." + kind, _config.KeyValueHeadCount);
                yield return TensorMap.Same(ours + "value." + kind, theirs + "v_proj." + kind);
            }
        }

        if (_config.QueryKeyNorm)
        {
            var across = _config.QueryKeyNormAcrossHeads;
            yield return Turned(ours + "query_norm.weight", theirs + "q_norm.weight", across ? _config.Heads : 1);
            yield return Turned(ours + "key_norm.weight", theirs + "k_norm.weight", across ? _config.KeyValueHeadCount : 1);
        }

        yield return TensorMap.Same(ours + "output.weight", theirs + "o_proj.weight");
    }

    /// <summary>Channels that a rotary embedding turns together stand half a head apart there; here they may stand side by side.</summary>
    private TensorMap Turned(string ours, string theirs, int heads) =>
        _config.RotaryLayout == RotaryLayout.Half ? TensorMap.Same(ours, theirs) : TensorMap.PairsToHalves(ours, theirs, heads);

    private IEnumerable<TensorMap> FeedForward(string ours, string theirs) =>
    [
        _family.Fused
            ? TensorMap.Transposed(ours + "gate_up", theirs + "gate_up_proj.weight")
            : TensorMap.GateUp(ours + "gate_up", theirs + "gate_proj.weight", theirs + "up_proj.weight"),
        TensorMap.Transposed(ours + "down", theirs + "down_proj.weight"),
    ];

    private IEnumerable<TensorMap> Mixture(string ours, string theirs)
    {
        var (names, mixture) = (_family.Mixture!, backbone.Mixture!);
        yield return TensorMap.Same(ours + "router.weight", theirs + "gate.weight");
        if (names.Bias is { } bias)
        {
            yield return TensorMap.Same(ours + "router.score_bias", theirs + bias);
        }

        if (storage == ExpertStorage.Fused)
        {
            yield return TensorMap.TransposedStack(ours + "experts.gate_up", theirs + "experts.gate_up_proj");
            yield return TensorMap.TransposedStack(ours + "experts.down", theirs + "experts.down_proj");
        }
        else
        {
            var experts = Enumerable.Range(0, mixture.Experts).Select(expert => $"{theirs}experts.{expert}.").ToList();
            yield return TensorMap.ExpertGateUps(ours + "experts.gate_up", All(experts, names.Gate), All(experts, names.Up));
            yield return TensorMap.ExpertDowns(ours + "experts.down", All(experts, names.Down));
        }

        if (mixture.SharedHidden > 0)
        {
            var shared = $"{theirs}{names.Shared}.";
            yield return TensorMap.GateUp(ours + "shared.gate_up", shared + "gate_proj.weight", shared + "up_proj.weight");
            yield return TensorMap.Transposed(ours + "shared.down", shared + "down_proj.weight");
            if (names.SharedGate is { } gate)
            {
                yield return TensorMap.Row(ours + "shared.gate", $"{theirs}{gate}.weight");
            }
        }
    }

    private static List<string> All(List<string> experts, string matrix) => experts.ConvertAll(expert => $"{expert}{matrix}.weight");
}
