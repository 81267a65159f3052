using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>How the tensors of a model are called and cut in a GGUF file (ggml's <c>gguf-py</c>, tensor names). Experts of a block are
/// stacks of all; shapes here are slowest first.</summary>
/// <param name="family">The architecture.</param>
/// <param name="model">The backbone.</param>
/// <param name="mixture">The mixture; null for a dense model.</param>
/// <param name="wholeLatents">Whether keys and values of latent attention are one matrix, as older files have them.</param>
internal sealed class GgufTensors(GgufFamily family, ModelConfig model, MixtureDescription? mixture, bool wholeLatents = false)
{
    /// <summary>Whether the layer counts the steps of its bias, which files do not state: its count begins at 0.</summary>
    public bool CountsSteps { get; init; }

    /// <summary>The embedding, which decides the vocabulary.</summary>
    public const string Embedding = "token_embd.weight";

    /// <summary>The head; a file of a tied one has none.</summary>
    public const string Head = "output.weight";

    /// <summary>What a router's weights end in, which are always float32.</summary>
    public const string Router = "ffn_gate_inp.weight";

    /// <summary>What biases end in, which are float32 as well, those of experts too, which are matrices.</summary>
    public const string Bias = ".bias";

    /// <summary>Every tensor of the model.</summary>
    public IEnumerable<TensorMap> Maps() =>
    [
        TensorMap.Same("embedding.weight", Embedding),
        .. Enumerable.Range(0, model.Layers).SelectMany(block =>
            Maps($"blocks.{block}.", $"blk.{block}.", mixture is not null && model.IsMoeBlock(block))),
        TensorMap.Same("norm.weight", "output_norm.weight"),
        .. model.TieEmbeddings ? Array.Empty<TensorMap>() : [TensorMap.Same("head.weight", Head)],
    ];

    private IEnumerable<TensorMap> Maps(string ours, string theirs, bool isMixture) =>
    [
        TensorMap.Same(ours + "attention_norm.weight", theirs + "attn_norm.weight"),
        .. family.IsLatent
            ? GgufLatents.Maps(model, ours + "attention.", theirs, wholeLatents)
            : Attention(ours + "attention.", theirs),
        TensorMap.Same(ours + "ffn_norm.weight", theirs + family.FeedForwardNorm),
        .. isMixture ? Mixture(ours + "ffn.", theirs) : FeedForward(ours + "ffn.", theirs, ""),
    ];

    private IEnumerable<TensorMap> Attention(string ours, string theirs)
    {
        foreach (var kind in model.AttentionBias ? ["weight", "bias"] : new[] { "weight" })
        {
            yield return Turned(ours + "query." + kind, theirs + "attn_q." + kind, model.Heads);
            yield return Turned(ours + "key." + kind, theirs + "attn_k." + kind, model.KeyValueHeadCount);
            yield return TensorMap.Same(ours + "value." + kind, theirs + "attn_v." + kind);
        }

        if (model.QueryKeyNorm)
        {
            var across = model.QueryKeyNormAcrossHeads;
            yield return Turned(ours + "query_norm.weight", theirs + "attn_q_norm.weight", across ? model.Heads : 1);
            yield return Turned(ours + "key_norm.weight", theirs + "attn_k_norm.weight", across ? model.KeyValueHeadCount : 1);
        }

        if (model.AttentionSinks)
        {
            yield return TensorMap.Same(ours + "sinks", theirs + "attn_sinks.weight");
        }

        yield return TensorMap.Same(ours + "output.weight", theirs + "attn_output.weight");
        if (model.AttentionOutputBias)
        {
            yield return TensorMap.Same(ours + "output.bias", theirs + "attn_output.bias");
        }
    }

    private TensorMap Turned(string ours, string theirs, int heads) => (model.RotaryLayout, family.TurnsPairs) switch
    {
        (RotaryLayout.Half, true) => TensorMap.HalvesToPairs(ours, theirs, heads),
        (RotaryLayout.Interleaved, false) => TensorMap.PairsToHalves(ours, theirs, heads),
        _ => TensorMap.Same(ours, theirs),
    };

    private static IEnumerable<TensorMap> FeedForward(string ours, string theirs, string suffix) =>
    [
        TensorMap.GateUp(ours + "gate_up", $"{theirs}ffn_gate{suffix}.weight", $"{theirs}ffn_up{suffix}.weight"),
        TensorMap.Transposed(ours + "down", $"{theirs}ffn_down{suffix}.weight"),
    ];

    private IEnumerable<TensorMap> Mixture(string ours, string theirs) =>
    [
        TensorMap.Same(ours + "router.weight", theirs + Router),
        .. mixture!.RouterBias ? [TensorMap.Same(ours + "router.bias", theirs + "ffn_gate_inp.bias")] : Array.Empty<TensorMap>(),
        .. mixture.ScoreBias
            ? [TensorMap.Same(ours + "router.score_bias", theirs + "exp_probs_b.bias")] : Array.Empty<TensorMap>(),
        .. CountsSteps ? [TensorMap.Begun(ours + "router.score_bias_steps")] : Array.Empty<TensorMap>(),
        TensorMap.StackedGateUps(ours + "experts.gate_up", theirs + "ffn_gate_exps.weight", theirs + "ffn_up_exps.weight"),
        TensorMap.TransposedStack(ours + "experts.down", theirs + "ffn_down_exps.weight"),
        .. mixture.Bias
            ? [TensorMap.Halves(ours + "experts.up_bias", theirs + "ffn_gate_exps.bias", theirs + "ffn_up_exps.bias"),
                TensorMap.Same(ours + "experts.down_bias", theirs + "ffn_down_exps.bias")]
            : Array.Empty<TensorMap>(),
        .. mixture.SharedHidden > 0 ? FeedForward(ours + "shared.", theirs, "_shexp") : [],
    ];
}
