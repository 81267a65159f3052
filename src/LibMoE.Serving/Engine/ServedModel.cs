using LibMoE.Runtime;
using LibMoE.Runtime.Files;
using LibMoE.Serving.Http;

namespace LibMoE.Serving.Engine;

/// <summary>A loaded model, its engine, and what clients call it.</summary>
internal sealed class ServedModel : IDisposable
{
    private const long StandardCacheBytes = 1L << 30;

    private readonly LoadedModel _loaded;
    private readonly bool _ownsModel;

    /// <summary>Starts the engine.</summary>
    /// <param name="loaded">The model.</param>
    /// <param name="options">Limits and names.</param>
    /// <param name="ownsModel">Whether the model is disposed with this object.</param>
    /// <exception cref="ConfigurationException">A setting is wrong, there is no tokenizer, texts cannot be continued
    /// together, or the model is not approved.</exception>
    public ServedModel(LoadedModel loaded, ServingOptions options, bool ownsModel = false)
    {
        ConfigurationException.ThrowIfAny(options.Problems());
        (_loaded, Options, _ownsModel) = (loaded, options, ownsModel);
        Tokenizer = loaded.Tokenizer;
        Limits = new BatchLimits { Texts = options.Texts, CacheTokens = CacheTokens(loaded.Model, options) };
        Chat = new ChatPrompts(options.ChatTemplate, Tokenizer, loaded.Name);
        Patience = new Patience(TimeSpan.FromSeconds(options.ReadSeconds));
        if (options.ApprovedOnly)
        {
            ModelApproval.Require(options.AuditLog, loaded.Name, loaded.Sha256);
        }

        Audit = options.AuditLog.Length > 0 ? AuditLog.Open(options.AuditLog) : null;
        try
        {
            Engine = new GenerationEngine(loaded.Model, Limits, options.Waiting);
        }
        catch
        {
            Audit?.Dispose();
            throw;
        }
    }

    /// <summary>What clients call it.</summary>
    public string Id => Options.Name.Length > 0 ? Options.Name : _loaded.Name;

    /// <summary>SHA-256 of its files.</summary>
    public string Sha256 => _loaded.Sha256;

    /// <summary>The model; only on the engine's thread.</summary>
    public LanguageModel Model => _loaded.Model;

    /// <summary>Its tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>The settings.</summary>
    public ServingOptions Options { get; }

    /// <summary>What may run together.</summary>
    public BatchLimits Limits { get; }

    /// <summary>Turns conversations into prompts.</summary>
    public ChatPrompts Chat { get; }

    /// <summary>Continues texts.</summary>
    public GenerationEngine Engine { get; }

    /// <summary>Where orders on experts are written; null where none are taken.</summary>
    public AuditLog? Audit { get; }

    /// <summary>How long a client may leave its answer unread.</summary>
    public Patience Patience { get; }

    /// <summary>When it began to be served.</summary>
    public DateTimeOffset Since { get; } = TimeProvider.System.GetUtcNow();

    /// <summary>How many tokens a text may have.</summary>
    public int Context => _loaded.Model.Config.Context;

    /// <summary>The ids of a text, start id first.</summary>
    /// <param name="text">The text; empty is the beginning of a document.</param>
    public int[] Prompt(string text) => [.. Tokenizer.Bos is { } start ? [start] : Array.Empty<int>(), .. Tokenizer.Encode(text)];

    /// <inheritdoc />
    public void Dispose()
    {
        Engine.Dispose();
        Audit?.Dispose();
        if (_ownsModel)
        {
            _loaded.Dispose();
        }
    }

    /// <summary>Whether a text holds one of the keys.</summary>
    public bool HoldsKey(string text) =>
        Options.Keys.Values.Append(Options.ApiKey).Any(key => key.Length > 0 && text.Contains(key, StringComparison.Ordinal));

    /// <summary>How many tokens a text gets that says nothing of it: what there is room for, up to a limit.</summary>
    /// <param name="prompt">The tokens of its prompt.</param>
    /// <param name="most">The limit, beside the server's own.</param>
    public int Standard(int prompt, int most = int.MaxValue)
    {
        var room = Math.Min(Context, Limits.CacheTokens) - prompt + 1;
        return (int)Math.Max(1, Math.Min(Math.Min(room, most), Options.MaxTokens));
    }

    private static long CacheTokens(LanguageModel model, ServingOptions options) => options.CacheTokens > 0
        ? options.CacheTokens
        : Math.Max(model.Config.Context, StandardCacheBytes / BatchLimits.BytesPerToken(model));
}
