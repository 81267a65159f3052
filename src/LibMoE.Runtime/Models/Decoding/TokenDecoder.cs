using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Decoding;

/// <summary>
/// Reads on in one text a token at a time, as <see cref="LanguageModel.forward(Tensor, MoeContext, KeyValueCache)"/> does, on kernels for
/// one row: at such sizes calling libtorch costs more than computing. Sums are taken in another order, so that last bits differ.
/// </summary>
internal sealed unsafe class TokenDecoder : IDisposable
{
    private readonly LanguageModel _model;
    private readonly DecodedWeights _weights;
    private readonly List<DecodedBlock> _blocks = [];
    private readonly DecodedNorm _norm;
    private readonly float* _embedding_VD;
    private readonly float* _head_VD;
    private readonly float* _headBias_V;
    private readonly Tensor _cos_PJ;
    private readonly Tensor _sin_PJ;
    private readonly RentedBuffer _rows;
    private readonly double[] _logits_V;

    private TokenDecoder(LanguageModel model, DecodedWeights weights, KeyValueCache read)
    {
        var config = model.Config;
        (_model, _weights, Position) = (model, weights, read.Length);
        var mixtures = new Queue<MoeLayer>(model.MoeLayers);
        var handsLogitsOn = model.MoeLayers.Any(layer => layer.Declaration.ReadsPreviousLogits != false);
        for (var block = 0; block < config.Layers; block++)
        {
            var layer = HasMixture(model, block) ? mixtures.Dequeue() : null;
            _blocks.Add(new DecodedBlock(weights, block, layer, handsLogitsOn, read.Of(block)));
        }

        _norm = DecodedNorm.Find(weights, config.Norm, "norm.")!;
        _embedding_VD = weights["embedding.weight"];
        _head_VD = config.TieEmbeddings ? _embedding_VD : weights["head.weight"];
        _headBias_V = weights["head.bias"];
        (_cos_PJ, _sin_PJ) = model.RotaryTables();
        _rows = new RentedBuffer(2L * config.Dim * sizeof(float) + (long)config.Vocabulary * sizeof(float));
        _logits_V = new double[config.Vocabulary];
    }

    /// <summary>How many tokens were read.</summary>
    public long Position { get; private set; }

    /// <summary>A decoder that reads on behind what a cache has read; null where these kernels do not serve the model, or something watches
    /// its forward pass.</summary>
    /// <param name="model">In evaluation mode; it must not be trained while the decoder lives.</param>
    /// <param name="read">What was read of one sequence, at least a token. It is copied.</param>
    public static TokenDecoder? Find(LanguageModel model, KeyValueCache read)
    {
        var served = model is { Config.LatentAttention: null, RoutesTokensAlone: true, Disturbance: null, BlockRan: null }
            && read is { Length: > 0, Sequences: 1 };
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return served && DecodedWeights.Find(model) is { } weights ? new TokenDecoder(model, weights, read) : null;
    }

    /// <summary>Reads a token.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The logits of the token after it [V], in an array that the next call writes over.</returns>
    public double[] Read(int id)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var config = _weights.Config;
        var x_D = (float*)_rows.Pointer;
        var normed_D = x_D + config.Dim;
        var logits_V = normed_D + config.Dim;
        var embedding = (float)(config.EmbeddingScale ?? 1);
        for (var d = 0; d < config.Dim; d++)
        {
            x_D[d] = embedding * _embedding_VD[(long)id * config.Dim + d];
        }

        RunBlocks(x_D, id);
        _norm.Run(x_D, 1, normed_D);
        _weights.Product.OfRows(_weights.Torch, _head_VD, normed_D, _headBias_V, config.Vocabulary, config.Dim, logits_V);
        var scale = (float)(config.LogitScale ?? 1);
        for (var v = 0; v < config.Vocabulary; v++)
        {
            _logits_V[v] = scale * logits_V[v];
        }

        Position++;
        return _logits_V;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _blocks.ForEach(block => block.Dispose());
        _cos_PJ.Dispose();
        _sin_PJ.Dispose();
        _rows.Dispose();
        _weights.Dispose();
    }

    private void RunBlocks(float* x_D, int id)
    {
        var pairs = _weights.Config.RotaryChannels / 2;
        var turn = new DecodedTurn(
            (float*)_weights.Torch.Pointer(_cos_PJ) + Position * pairs, (float*)_weights.Torch.Pointer(_sin_PJ) + Position * pairs, pairs,
            _weights.Config.RotaryLayout == RotaryLayout.Half);
        var ids_SL = _model.MoeLayers.Count == 0 ? null : tensor([(long)id], [1, 1]);
        Routing? last = null;
        foreach (var block in _blocks)
        {
            var context = new MoeContext { Losses = false, TokenIds = ids_SL, PreviousLogits = last?.Logits?.reshape(1, 1, -1) };
            last = block.Run(x_D, turn, context) ?? last;
        }
    }

    private static bool HasMixture(LanguageModel model, int block) => model.Variant is not null && model.Config.IsMoeBlock(block);
}
