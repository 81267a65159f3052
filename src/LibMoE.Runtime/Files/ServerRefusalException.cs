using System.Net;

namespace LibMoE.Runtime.Files;

/// <summary>A server answered without the file.</summary>
/// <param name="status">What it answered.</param>
/// <param name="retryAfter">How long it wants not to be asked again; null where it did not say.</param>
internal sealed class ServerRefusalException(HttpStatusCode status, TimeSpan? retryAfter)
    : HttpRequestException($"the server answered {(int)status} {status}", null, status)
{
    /// <summary>How long the server wants not to be asked again; null where it did not say.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
