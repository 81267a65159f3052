using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime;
using LibMoE.Runtime.Hosting;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.Http;

/// <summary>Lets requests through that bring a key, all of them where there is none, and knows who asks by the name of the key.</summary>
internal sealed class ApiKeyCheck
{
    /// <summary>Who asks where no key is needed.</summary>
    public const string Anyone = "anyone";

    private const string Scheme = "Bearer ";

    /// <summary>Paths that say nothing of anybody's requests.</summary>
    private static readonly string[] Open = ["/health", "/openapi/v1.json"];

    private static readonly object Asker = new();

    private readonly IReadOnlyList<(string Name, byte[] Hash)> _keys;

    /// <param name="options">The keys.</param>
    public ApiKeyCheck(ServingOptions options) => _keys =
    [
        .. options.ApiKey.Length > 0 ? [(ServingKeys.Main, Hash(options.ApiKey))] : Array.Empty<(string, byte[])>(),
        .. options.Keys.Select(entry => (entry.Key, Hash(entry.Value))),
    ];

    /// <summary>The name of the key that a request brought.</summary>
    public static string WhoAsks(HttpContext context) => context.Items[Asker] as string ?? Anyone;

    /// <summary>Refuses a request without a key.</summary>
    /// <exception cref="RequestRefusedException">The key is missing or another.</exception>
    public void Check(HttpContext context)
    {
        var request = context.Request;
        if (_keys.Count == 0 || Open.Contains(request.Path.Value, StringComparer.Ordinal))
        {
            return;
        }

        var given = request.Headers.Authorization.ToString();
        var brought = given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? given[Scheme.Length..].Trim() : "";
        context.Items[Asker] = NameOf(brought) ?? throw new RequestRefusedException(
            StatusCodes.Status401Unauthorized,
            brought.Length == 0 ? "The request needs a header Authorization: Bearer KEY." : "The key is not this server's.",
            code: "invalid_api_key");
    }

    /// <summary>Hashes are as long as each other and all are compared: the time says nothing of a key, its length included, nor of which
    /// one it is.</summary>
    private string? NameOf(string brought)
    {
        var (hash, name) = (Hash(brought), default(string));
        foreach (var key in _keys)
        {
            name = CryptographicOperations.FixedTimeEquals(hash, key.Hash) ? key.Name : name;
        }

        return name;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
