using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Evaluations;

/// <summary>A stored model as evaluation asks it. Disposing it frees the model, too.</summary>
internal sealed class StoredScorer : IDisposable
{
    private readonly IDisposable[] _owned;

    private StoredScorer(IScorer scorer, IReadOnlyList<string> cautions, params IDisposable[] owned) =>
        (Scorer, Cautions, _owned) = (scorer, cautions, owned);

    /// <summary>The scorer.</summary>
    public IScorer Scorer { get; }

    /// <summary>What works and is probably not meant, one sentence each.</summary>
    public IReadOnlyList<string> Cautions { get; }

    /// <summary>A language model.</summary>
    /// <param name="loaded">The model, which is disposed with the scorer.</param>
    /// <param name="name">The name in tables.</param>
    /// <param name="tokenizer">Its tokenizer; null takes the one beside it.</param>
    /// <param name="order">Which experts must not, and which must work; null lets the model decide.</param>
    public static StoredScorer Of(LoadedModel loaded, string name, ITokenizer? tokenizer = null, ExpertOrder? order = null)
    {
        try
        {
            var asked = order ?? new ExpertOrder();
            var scorer = new ModelScorer(
                loaded.Model, tokenizer ?? loaded.Tokenizer, name, loaded.Sha256, asked,
                asked.IsEmpty ? null : ExpertOrders.Of(loaded.Model, asked));
            return new StoredScorer(scorer, [], scorer, loaded);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>A program's own learner.</summary>
    /// <param name="stored">The learner, which is disposed with the scorer.</param>
    /// <param name="label">Its name in messages.</param>
    /// <param name="name">The name in tables.</param>
    /// <exception cref="ConfigurationException">It answers no questions.</exception>
    public static StoredScorer Of(StoredLearner stored, string label, string name)
    {
        try
        {
            var assistant = stored.Assistant(label);
            var scorer = new VisionLanguageScorer(assistant, name, stored.Sha256);
            return new StoredScorer(scorer, assistant.Cautions, scorer, stored);
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var part in _owned)
        {
            part.Dispose();
        }
    }
}
