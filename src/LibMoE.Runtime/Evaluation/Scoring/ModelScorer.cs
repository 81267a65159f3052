using LibMoE.Runtime.Checkpoints.Store;
using LibMoE.Runtime.Evaluation.Scoring;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Scores token sequences with a language model, in evaluation mode and without gradients.</summary>
public sealed class ModelScorer : IScorer, IDisposable
{
    private readonly LanguageModel _model;
    private readonly bool _training;
    private readonly Func<MoeLayer, Routing, Tensor, Picks>? _before;
    private readonly bool _orders;
    private readonly Lazy<string> _identity;

    /// <summary>Puts a model into evaluation mode; disposing gives its mode back and leaves the model alone.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="name">The name in tables; null takes the model's.</param>
    /// <param name="sha256">Of the checkpoint; null computes that of the model's parameters and buffers.</param>
    /// <exception cref="ConfigurationException">The tokenizer has ids that the model does not know.</exception>
    public ModelScorer(LanguageModel model, ITokenizer tokenizer, string? name = null, string? sha256 = null)
        : this(model, tokenizer, name, sha256, new ExpertOrder(), reroute: null)
    {
    }

    /// <summary>The same with a person's order on the model's experts, until it is disposed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="name">The name in tables; null takes the model's.</param>
    /// <param name="sha256">Of the checkpoint; null computes that of the model's parameters and buffers.</param>
    /// <param name="order">Which experts must not, and which must work on every token.</param>
    /// <param name="reroute">Obeys the order; null where it asks for nothing.</param>
    /// <exception cref="ConfigurationException">The tokenizer has ids that the model does not know.</exception>
    internal ModelScorer(
        LanguageModel model, ITokenizer tokenizer, string? name, string? sha256, ExpertOrder order,
        Func<MoeLayer, Routing, Tensor, Picks>? reroute)
    {
        if (tokenizer.Vocabulary > model.Config.Vocabulary)
        {
            throw new ConfigurationException(
                $"The tokenizer has {tokenizer.Vocabulary} ids and the model {model.Config.Vocabulary}; a model is evaluated with "
                    + "its own tokenizer.");
        }

        (_model, _training, Tokenizer, Name) = (model, model.training, tokenizer, name ?? model.Name);
        Sha256 = sha256 ?? ModelHash.Of(model);
        _identity = new Lazy<string>(() => ModelIdentity.Of(model, Sha256, order));
        (_before, _orders) = (model.Disturbance, reroute is not null);
        model.Disturbance = reroute ?? _before;
        model.eval();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Sha256 { get; }

    /// <inheritdoc/>
    public string Identity => _identity.Value;

    /// <inheritdoc/>
    public string Code => CodeVersion.Of(_model);

    /// <inheritdoc/>
    public string Precision => _model.parameters().First().dtype.ToString();

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <inheritdoc/>
    public int Context => _model.Config.Context;

    /// <inheritdoc/>
    public BatchRule Batching => BatchRule.Of(_model.Variant?.Declaration);

    /// <inheritdoc/>
    string IScorer.Device => Device.type.ToString().ToLowerInvariant();

    /// <summary>Floating-point operations of a token's forward pass.</summary>
    internal double FlopsPerToken => ModelCost.FlopsPerToken(_model.Config, _model.Variant?.Declaration);

    private Device Device => _model.parameters().First().device;

    /// <inheritdoc/>
    public IReadOnlyList<SequenceScore> Score(ScoringBatch batch)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return batch switch
        {
            { OneByOne: true } => [.. batch.Requests.Select(request => Together([request])[0])],
            { SharedPrefix: > 0 } => Shared(batch.Requests, batch.SharedPrefix),
            _ => Together(batch.Requests),
        };
    }

    /// <inheritdoc/>
    public int Next(IReadOnlyList<int> ids)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var ids_SL = tensor([.. ids.Select(id => (long)id)], [1, ids.Count], device: Device);
        var logits_V = _model.forward(ids_SL, new MoeContext { Losses = false }).Logits[0, -1];
        TokenSampler.Require(logits_V.to(ScalarType.Float64).cpu().data<double>().ToArray());
        return (int)logits_V.argmax().item<long>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Disturbance = _orders ? _before : _model.Disturbance;
        _model.train(_training);
    }

    /// <summary>Reads each item's shared prefix once, and its options after copies of what was read.</summary>
    private SequenceScore[] Shared(IReadOnlyList<ScoringRequest> requests, int prefix)
    {
        using var scope = NewDisposeScope();
        var items = requests.DistinctBy(request => request.Item).ToList();
        using var read = new KeyValueCache();
        var prefixes = PaddedTokens.Of([.. items.Select(item => item with { Ids = item.Ids[..(prefix + 1)] })], from: 0, prefix);
        _model.forward(prefixes.Ids_SL(Device), new MoeContext { Losses = false }, read);
        using var copies = read.Repeat(requests.Count / items.Count);
        var options = PaddedTokens.Of(requests, prefix, requests.Max(request => request.Inputs) - prefix);
        var output = _model.forward(options.Ids_SL(Device), new MoeContext { Losses = false, Mask = options.Mask_SL(Device) }, copies);
        return TokenScores.Sum(output.Logits, requests, prefix);
    }

    /// <summary>Pads at the end, where no token that is scored sees it; padding is not routed.</summary>
    private SequenceScore[] Together(IReadOnlyList<ScoringRequest> requests)
    {
        using var scope = NewDisposeScope();
        var length = requests.Max(request => request.Inputs);
        var inputs = PaddedTokens.Of(requests, from: 0, length);
        var output = _model.forward(inputs.Ids_SL(Device), new MoeContext { Losses = false, Mask = inputs.Mask_SL(Device) });
        return TokenScores.Sum(output.Logits, requests, from: 0);
    }
}
