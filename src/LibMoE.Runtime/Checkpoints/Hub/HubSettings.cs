namespace LibMoE.Runtime;

/// <summary>
/// Where published models come from and where they are kept: what the field's tools read from the environment. <c>HF_ENDPOINT</c> is the
/// server, <c>HF_HUB_CACHE</c> (or else <c>HF_HOME</c> and <c>/hub</c>, or else <c>~/.cache/huggingface/hub</c>) the cache,
/// <c>HF_TOKEN</c> the token of an account, and <c>HF_HUB_OFFLINE</c> with 1, ON, YES or TRUE takes from the cache alone.
/// </summary>
/// <remarks>Not a record: what prints it must not print the token.</remarks>
public sealed class HubSettings
{
    private const string PublicServer = "https://huggingface.co";

    /// <summary>The server.</summary>
    public Uri Endpoint { get; init; } = new(PublicServer);

    /// <summary>The folder of the cache, with a folder <c>models--OWNER--NAME</c> for each model.</summary>
    public required string Cache { get; init; }

    /// <summary>The token that the server, and nobody else, is sent; null for none. No message, log or file ever has it.</summary>
    public string? Token { get; init; }

    /// <summary>Whether nothing is asked of the server.</summary>
    public bool Offline { get; init; }

    /// <summary>The settings of this process.</summary>
    /// <exception cref="ConfigurationException"><c>HF_ENDPOINT</c> is not an address of a server.</exception>
    public static HubSettings FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>The settings that variables give; an empty one counts as absent.</summary>
    internal static HubSettings From(Func<string, string?> variable)
    {
        return new HubSettings
        {
            Endpoint = EndpointOf(Value("HF_ENDPOINT") ?? PublicServer),
            Cache = Path.GetFullPath(Expanded(
                Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(Home(), "hub"), Value("HOME"))),
            Token = (Value("HF_TOKEN") ?? Value("HUGGING_FACE_HUB_TOKEN"))?.Trim(),
            Offline = (Value("HF_HUB_OFFLINE") ?? Value("TRANSFORMERS_OFFLINE"))?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE",
        };

        string Home() => Value("HF_HOME")
            ?? Path.Combine(Value("XDG_CACHE_HOME") ?? Path.Combine("~", ".cache"), "huggingface");

        string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }

    private static string Expanded(string path, string? home) => path is "~" || path.StartsWith("~/", StringComparison.Ordinal)
        ? (home ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)) + path[1..]
        : path;

    private static Uri EndpointOf(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri) && (uri.Scheme is "https" or "http")
            && uri is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
            ? uri
            : throw new ConfigurationException(
                "HF_ENDPOINT must be the address of a server, http:// or https://, without a name, password or query.");
}
