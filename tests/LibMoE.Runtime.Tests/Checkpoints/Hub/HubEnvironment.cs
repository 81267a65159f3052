using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Hub;

/// <summary>The environment's variables about a hub, as a test wants them, with a cache of its own; as they were when it ends.</summary>
internal sealed class HubEnvironment : IDisposable
{
    private static readonly string[] Names =
    [
        "HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_OFFLINE",
        "TRANSFORMERS_OFFLINE",
    ];

    private readonly Dictionary<string, string?> _before = Names.ToDictionary(name => name, Environment.GetEnvironmentVariable);
    private readonly DataFolder _home = new();

    public HubEnvironment(HubServer server, string? token = null)
    {
        foreach (var name in Names)
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        Environment.SetEnvironmentVariable("HF_ENDPOINT", server.Endpoint);
        Environment.SetEnvironmentVariable("HF_HOME", _home.Path);
        Environment.SetEnvironmentVariable("HF_TOKEN", token);
    }

    /// <summary>The model's folder in the cache.</summary>
    public string ModelFolder => Path.Combine(_home.Path, "hub", "models--some-lab--tiny");

    /// <summary>Every file of the cache, links as what they lead to.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(_home.Path, "*", SearchOption.AllDirectories);

    public static void GoOffline() => Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");

    public void Dispose()
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        _home.Dispose();
    }
}
