using LibMoE.Runtime.Checkpoints.Store;

namespace LibMoE.Runtime;

/// <summary>A vision-language model as evaluation asks it: questions on images are answered by <see cref="Eyes"/>; texts alone are scored
/// by its language model.</summary>
public sealed class VisionLanguageScorer : IScorer, IDisposable
{
    private readonly VisionLanguageModel _model;
    private readonly ModelScorer _words;
    private readonly VisionLanguageAnswerer _eyes;
    private readonly bool _training;

    /// <summary>Puts a model into evaluation mode; disposing gives its mode back and leaves the model alone.</summary>
    /// <param name="assistant">The model with its template, tokenizer and image processor.</param>
    /// <param name="name">The name in tables; null takes that of its mixture, or <c>Dense</c>.</param>
    /// <param name="sha256">Of the checkpoint; null computes that of the model's parameters and buffers.</param>
    /// <exception cref="ConfigurationException">The tokenizer has ids that the language model does not know.</exception>
    public VisionLanguageScorer(VisionLanguageAssistant assistant, string? name = null, string? sha256 = null)
    {
        (Assistant, _model) = (assistant, assistant.Model);
        _training = _model.training;
        var mixture = _model.Vision.Variant ?? _model.Connector.Variant ?? _model.Language.Variant;
        Name = name ?? mixture?.Name ?? MoeVariant.Dense;
        Sha256 = sha256 ?? ModelHash.Of(_model);
        Identity = ModelIdentity.Of(_model, Sha256);
        _words = new ModelScorer(_model.Language, assistant.Conversations.Tokenizer, Name, Sha256);
        _eyes = new VisionLanguageAnswerer(assistant, Identity);
        _model.eval();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Sha256 { get; }

    /// <inheritdoc/>
    public string Identity { get; }

    /// <inheritdoc/>
    public string Code => CodeVersion.Of(_model);

    /// <inheritdoc/>
    public string Precision => _words.Precision;

    /// <inheritdoc/>
    public ITokenizer Tokenizer => _words.Tokenizer;

    /// <inheritdoc/>
    public int Context => _words.Context;

    /// <summary>The model with its template, tokenizer and image processor.</summary>
    public VisionLanguageAssistant Assistant { get; }

    /// <summary>That of the language model: encoder and connector see the images of one question alone.</summary>
    public BatchRule Batching => _words.Batching;

    /// <inheritdoc/>
    public IImageAnswerer Eyes => _eyes;

    /// <inheritdoc/>
    string IScorer.Device => ((IScorer)_words).Device;

    /// <inheritdoc/>
    public IReadOnlyList<SequenceScore> Score(ScoringBatch batch) => _words.Score(batch);

    /// <inheritdoc/>
    public int Next(IReadOnlyList<int> ids) => _words.Next(ids);

    /// <inheritdoc/>
    public void Dispose()
    {
        _eyes.Dispose();
        _words.Dispose();
        _model.train(_training);
    }
}
