using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.Http;

/// <summary>Lets requests through that bring the key, all of them where there is none.</summary>
/// <param name="key">The key; empty for none.</param>
internal sealed class ApiKeyCheck(string key)
{
    private const string Scheme = "Bearer ";

    /// <summary>Paths that say nothing of anybody's requests.</summary>
    private static readonly string[] Open = ["/health", "/openapi/v1.json"];

    private readonly byte[] _hash = Hash(key);

    /// <summary>Refuses a request without the key.</summary>
    /// <exception cref="RequestRefusedException">The key is missing or another.</exception>
    public void Check(HttpRequest request)
    {
        if (key.Length == 0 || Open.Contains(request.Path.Value, StringComparer.Ordinal))
        {
            return;
        }

        var given = request.Headers.Authorization.ToString();
        var brought = given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? given[Scheme.Length..].Trim() : "";

        // Hashes are as long as each other: the time says nothing of the key, its length included.
        if (!CryptographicOperations.FixedTimeEquals(Hash(brought), _hash))
        {
            throw new RequestRefusedException(
                StatusCodes.Status401Unauthorized,
                brought.Length == 0 ? "The request needs a header Authorization: Bearer KEY." : "The key is not this server's.",
                code: "invalid_api_key");
        }
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
