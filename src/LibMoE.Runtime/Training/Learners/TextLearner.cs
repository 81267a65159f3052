using LibMoE.Runtime.Models;
using LibMoE.Runtime.Runs;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners;

/// <summary>A language model on a corpus: the next token's cross-entropy.</summary>
internal sealed class TextLearner : Learner
{
    private readonly LanguageModel _model;
    private readonly Corpus _corpus;
    private readonly TrainingConfig _config;
    private readonly BatchSampler _sampler;
    private readonly Device _device;
    private readonly bool _ownsModel;
    private readonly GroupWeights? _weights;
    private IReadOnlyList<(ITokens Tokens, long Start)>? _heldOut;

    /// <summary>Makes a learner of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="corpus">The text.</param>
    /// <param name="config">How it is trained.</param>
    /// <param name="ownsModel">Whether the model is disposed with the learner.</param>
    /// <exception cref="ConfigurationException">A domain has fewer tokens than its share of one batch takes.</exception>
    public TextLearner(LanguageModel model, Corpus corpus, TrainingConfig config, bool ownsModel = false)
    {
        (_model, _corpus, _config, _ownsModel) = (model, corpus, config, ownsModel);
        _sampler = new BatchSampler(corpus, config.SequenceLength, config.Batch, config.Seed);
        _device = model.parameters().First().device;
        _weights = config.GroupRobust is { } robust ? new GroupWeights(corpus.Domains.Count, robust.Rate) : null;
        model.Recompute = config.Recompute;
    }

    /// <summary>The model.</summary>
    public LanguageModel Language => _model;

    /// <summary>The text.</summary>
    public Corpus Corpus => _corpus;

    /// <inheritdoc />
    public override nn.Module Model => _model;

    /// <inheritdoc />
    public override string Name => _model.Name;

    /// <inheritdoc />
    public override MoeDeclaration? Declaration => _model.Variant?.Declaration;

    /// <inheritdoc />
    public override CorpusIdentity Data => new(_corpus.Name, _corpus.Sha256);

    /// <inheritdoc />
    public override IReadOnlyList<LearnerMetric> Metrics => TextMetrics.All;

    /// <inheritdoc />
    public override IReadOnlyList<MoeLayer> MoeLayers => _model.MoeLayers;

    /// <inheritdoc />
    public override IReadOnlyList<int> BlockNumbers => _model.Config.MoeBlockNumbers;

    /// <inheritdoc />
    public override double TokensPerExample => _config.SequenceLength;

    /// <inheritdoc />
    public override LearnerCost Cost => new(
        ModelCost.TotalParameters(_model.Config, Declaration),
        ModelCost.ActiveParameters(_model.Config, Declaration),
        ModelCost.FlopsPerToken(_model.Config, Declaration));

    /// <inheritdoc />
    public override long HeldOutExamples => HeldOutSequences.Count;

    /// <summary>The weights of domains; null where there are none.</summary>
    public override string? State
    {
        get => _weights?.State;
        set
        {
            if (_weights is not null && value is not null)
            {
                _weights.State = value;
            }
        }
    }

    /// <inheritdoc />
    internal override LanguageModel? Blocks => _model;

    /// <inheritdoc />
    internal override string StructureHash => _model.StructureHash;

    private IReadOnlyList<(ITokens Tokens, long Start)> HeldOutSequences =>
        _heldOut ??= CorpusLoss.Sequences(_corpus, _config.SequenceLength, _config.ValidationSequences);

    /// <inheritdoc />
    public override Objective Learn(long position, int examples, MoeContext context)
    {
        _sampler.Position = position;
        var (inputs_SL, targets_SL) = _sampler.Next(examples, _device);
        if (_weights is null && _config.Distill is null && is_grad_enabled() && HeadLoss.Cuts(inputs_SL.numel(), _model.Config.Vocabulary))
        {
            // Nobody asks for the logits, and there are many.
            var (loss, routings) = _model.Loss(inputs_SL, targets_SL, context);
            return new Objective(loss, routings);
        }

        var output = _model.forward(inputs_SL, context);
        var mean = _weights is null
            ? NextTokenLoss.Mean(output.Logits, targets_SL)
            : _weights.Loss(NextTokenLoss.PerToken(output.Logits, targets_SL).mean([1]), _sampler.DomainsOf(position, examples));
        return new Objective(mean, output.Routings)
        {
            Logits = output.Logits,
            Hidden = output.Hidden,
        };
    }

    /// <inheritdoc />
    public override Scores Score(long first, int examples, MoeContext context)
    {
        var sequences = HeldOutSequences.Skip((int)first).Take(examples).ToList();
        var (losses_S, routings) = HeldOutLoss.Score(_model, sequences, _config.SequenceLength, context);
        return new Scores([losses_S, [.. losses_S.Select(_ => double.NaN)]], routings);
    }

    /// <inheritdoc />
    internal override HeldOut Measure(int examples, int batch, Ranks? ranks = null)
    {
        var loss = CorpusLoss.Measure(_model, _corpus, _config.SequenceLength, examples, batch, ranks ?? Ranks.One);
        return new HeldOut(TextMetrics.Of(loss.Mean, loss.StdErr, loss.PerSequence, loss.PerplexityPerByte), loss.Load) { Text = loss };
    }

    /// <inheritdoc />
    internal override CheckpointState Identity(TrainingConfig config) =>
        RunCheckpoint.Identity(_model.Config, _model.Variant, _corpus, config);

    /// <inheritdoc />
    internal override IEnumerable<TokenizerFile> Files => _corpus.Tokenizer.Files;

    /// <inheritdoc />
    internal override BatchFault Examine(long position, int examples, long step)
    {
        _sampler.Position = position;
        var (inputs_SL, targets_SL) = _sampler.Next(examples, _device);
        return TextFault.Of(_model, cat([inputs_SL, targets_SL.narrow(1, targets_SL.shape[1] - 1, 1)], 1), step);
    }

    /// <inheritdoc />
    protected override bool OwnsModel => _ownsModel;
}
