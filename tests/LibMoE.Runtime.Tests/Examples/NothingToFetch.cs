using System.Net;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>A server that has nothing, and says what it was asked for.</summary>
internal sealed class NothingToFetch : HttpMessageHandler
{
    /// <summary>The addresses so far.</summary>
    public List<string> Asked { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Add(request.RequestUri!.ToString());
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}
