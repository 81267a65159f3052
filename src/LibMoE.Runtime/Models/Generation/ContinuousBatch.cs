using LibMoE.Runtime.Models;
using LibMoE.Runtime.Models.Generation;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Continues many texts together, token by token (continuous batching; Yu et al. 2022, Orca): texts come and go between steps, and each
/// step is one forward pass over the prompts of those that came and one token of each that runs. Norms, projections, mixtures and head work
/// on the tokens of all texts at once, attention on each text with a cache of its own.
/// </summary>
/// <remarks>
/// <para>A text gets the tokens that <see cref="TextGenerator"/> draws for it alone, with a sampler of its own. Sums over more rows are
/// made by other kernels and round differently in the last bits: tokens could differ only where two are as probable to within that.</para>
/// <para>Admission is first come, first served: the text that waits longest is admitted as soon as it fits into
/// <see cref="BatchLimits"/>, and no later one before it. Its share of <see cref="BatchLimits.CacheTokens"/> is set aside then, so that no
/// admitted text is ever put off.</para>
/// <para>Not for several threads at a time.</para>
/// </remarks>
public sealed class ContinuousBatch : IDisposable
{
    private static readonly MoeContext Quiet = new() { Losses = false };

    private readonly LanguageModel _model;
    private readonly BatchLimits _limits;
    private readonly Device _device;
    private readonly LinkedList<BatchedText> _waiting = [];
    private readonly List<RunningText> _running = [];

    /// <summary>An empty batch.</summary>
    /// <param name="model">Left in evaluation mode. It must outlive the batch.</param>
    /// <param name="limits">What the batch may take; null takes the standard ones.</param>
    /// <exception cref="ConfigurationException">A limit is wrong, or the model's layers do not route each token alone: a text would depend
    /// on those beside it.</exception>
    public ContinuousBatch(LanguageModel model, BatchLimits? limits = null)
    {
        (_model, _limits) = (model, limits ?? new BatchLimits());
        ConfigurationException.ThrowIfAny(_limits.Problems());
        if (BatchRule.Of(model.Variant?.Declaration) is { Kind: not BatchKind.Together } rule)
        {
            throw new ConfigurationException(
                $"Texts of {model.Name} cannot be continued together, since each would depend on the others: {rule.Reason}.");
        }

        _device = model.parameters().First().device;
        model.eval();
    }

    /// <summary>How many texts wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>How many texts are being continued.</summary>
    public int Running => _running.Count;

    /// <summary>How many tokens of <see cref="BatchLimits.CacheTokens"/> are set aside for the texts that run.</summary>
    public long ReservedTokens => _running.Sum(text => text.Reserved);

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => _waiting.Count == 0 && _running.Count == 0;

    /// <summary>Adds a text to those that wait.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ConfigurationException">Its options are wrong, its prompt is empty, has an id that the model does not know or is
    /// longer than the context, or it could never be admitted.</exception>
    public void Add(BatchedText text)
    {
        ConfigurationException.ThrowIfAny(Problems(text));
        _waiting.AddLast(text);
    }

    /// <summary>What is wrong with a text, one sentence each; empty where all is well. Any thread may ask.</summary>
    /// <param name="text">The text.</param>
    public IReadOnlyList<string> Problems(BatchedText text)
    {
        var config = _model.Config;
        if (text.Options.Problems() is { Count: > 0 } wrong)
        {
            return wrong;
        }

        if (text.Prompt.Count == 0 || text.Prompt.Count > config.Context)
        {
            return [$"The prompt has {text.Prompt.Count} tokens; the model takes 1 to {config.Context}."];
        }

        if (text.Prompt.Any(id => id < 0 || id >= config.Vocabulary))
        {
            return [$"The prompt has an id that is not from 0 to {config.Vocabulary - 1}, the model's."];
        }

        return text.CacheTokens(config.Context) > _limits.CacheTokens
            ? [$"The text may take {text.CacheTokens(config.Context)} tokens, its prompt's {text.Prompt.Count} among them; "
                + $"there is room for {_limits.CacheTokens} of all texts together."]
            : [];
    }

    /// <summary>Lets go what was cancelled, admits what fits, and draws one token for each text that runs.</summary>
    /// <returns>What each text got; none where no text runs.</returns>
    public IReadOnlyList<DrawnToken> Step()
    {
        List<DrawnToken> given = [.. LetGo()];
        Admit();
        if (_running.Count == 0)
        {
            return given;
        }

        try
        {
            given.AddRange(Draw());
        }
        catch
        {
            // Caches may have been written for some blocks and not for others.
            Dispose();
            throw;
        }

        foreach (var ended in given.Where(token => token.End is not null))
        {
            Remove(ended.Text);
        }

        return given;
    }

    /// <summary>Forgets all texts.</summary>
    public void Dispose()
    {
        _running.ForEach(text => text.Dispose());
        _running.Clear();
        _waiting.Clear();
    }

    private List<DrawnToken> LetGo()
    {
        List<BatchedText> cancelled =
        [
            .. _running.Select(text => text.Text).Concat(_waiting).Where(text => text.Cancellation.IsCancellationRequested),
        ];
        foreach (var text in cancelled)
        {
            Remove(text);
            _waiting.Remove(text);
        }

        return [.. cancelled.Select(text => new DrawnToken(text, null) { End = TextEnd.Cancelled })];
    }

    private void Remove(BatchedText text)
    {
        if (_running.Find(running => ReferenceEquals(running.Text, text)) is { } gone)
        {
            gone.Dispose();
            _running.Remove(gone);
        }
    }

    private void Admit()
    {
        var (reserved, read) = (ReservedTokens, 0L);
        while (_waiting.First?.Value is { } next && _running.Count < _limits.Texts)
        {
            var tokens = next.CacheTokens(_model.Config.Context);
            if (reserved + tokens > _limits.CacheTokens || (read > 0 && read + next.Prompt.Count > _limits.PromptTokens))
            {
                return;
            }

            _waiting.RemoveFirst();
            _running.Add(new RunningText(next, tokens));
            (reserved, read) = (reserved + tokens, read + next.Prompt.Count);
        }
    }

    private (Tensor Logits_NV, IReadOnlyList<Routing> Routings) Read(JoinedTexts texts)
    {
        var before = _model.Disturbance;
        _model.Disturbance = TextPicks.Of([.. _running.Select(text => text.Text)], texts) ?? before;
        try
        {
            return _model.ReadOn(texts, Quiet);
        }
        finally
        {
            _model.Disturbance = before;
        }
    }

    private List<DrawnToken> Draw()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var texts = new JoinedTexts(_running.Select(text => (text.Cache, text.Fresh)), _device);
        var (logits_NV, routings) = Read(texts);
        var vocabulary = (int)logits_NV.shape[1];
        var logits = logits_NV.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        var experts = _running.Any(text => text.Text.Experts) ? PickedExperts.Of(routings, texts.Last_N) : null;
        return
        [
            .. _running.Select((text, row) => text.Draw(
                logits[(row * vocabulary)..((row + 1) * vocabulary)], experts?.OfRow(row) ?? [], _model.Config.Context)),
        ];
    }
}
