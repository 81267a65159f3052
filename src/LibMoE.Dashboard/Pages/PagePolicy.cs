using System.Security.Cryptography;

namespace LibMoE.Dashboard.Pages;

/// <summary>The content security policy of every page: scripts of this answer alone, requests to this server alone, no frame around
/// it.</summary>
internal static class PagePolicy
{
    private const int NonceBytes = 16;

    /// <summary>The policy of what is no page.</summary>
    public const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>A word that nobody can guess.</summary>
    public static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));

    /// <summary>The policy as the page's head has it.</summary>
    public static string Of(string nonce) =>
        $"default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; img-src data: blob:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'self'";

    /// <summary>The policy as the answer's header has it.</summary>
    public static string Header(string nonce) => $"{Of(nonce)}; frame-ancestors 'none'";
}
