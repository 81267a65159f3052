namespace LibMoE.Runtime;

/// <summary>A model from a file or folder, ready for use. It owns the model.</summary>
public sealed class LoadedModel : IDisposable
{
    private readonly Func<ITokenizer> _tokenizer;
    private ITokenizer? _made;

    /// <summary>Says what was loaded.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="model">The model; disposed with this object.</param>
    /// <param name="tokenizer">Makes its tokenizer, or throws with the reason why there is none.</param>
    /// <param name="sha256">What its files hold.</param>
    public LoadedModel(string name, LanguageModel model, Func<ITokenizer> tokenizer, string sha256)
    {
        (Name, Model, _tokenizer, Sha256) = (name, model, tokenizer, sha256);
    }

    /// <summary>What people call it: the name of its file or folder.</summary>
    public string Name { get; }

    /// <summary>The model, in evaluation mode.</summary>
    public LanguageModel Model { get; }

    /// <summary>The mixture in its MoE blocks; null for a dense model.</summary>
    public MoeVariant? Variant => Model.Variant;

    /// <summary>The tokenizer that the model was trained with.</summary>
    /// <exception cref="ConfigurationException">There is none beside the model, or it is of a kind that cannot be read.</exception>
    public ITokenizer Tokenizer => _made ??= Checked(_tokenizer());

    /// <summary>SHA-256 of the model's file; of a model in several files, of the lines <c>name sha256</c> in ordinal order.</summary>
    public string Sha256 { get; }

    /// <summary>What to know of it, one sentence each: what was left out, which coefficient of balancing matches a stated one.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <inheritdoc />
    public void Dispose() => Model.Dispose();

    private ITokenizer Checked(ITokenizer tokenizer) => tokenizer.Vocabulary <= Model.Config.Vocabulary
        ? tokenizer
        : throw new ConfigurationException(
            $"The tokenizer beside {Name} has {tokenizer.Vocabulary} ids, but the model knows {Model.Config.Vocabulary}; "
                + "they are not of one model.");
}
