using LibMoE.Dashboard.Pages;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Dashboard.Http;

/// <summary>The headers of every answer. A page replaces the policy by its own.</summary>
internal static class SafeHeaders
{
    /// <summary>Adds them.</summary>
    public static void AddTo(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = PagePolicy.Nothing;
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
