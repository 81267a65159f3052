using System.Net;
using System.Net.Http.Headers;

namespace LibMoE.Runtime.Checkpoints.Hub;

/// <summary>
/// Sends a hub's requests on: the token goes to the endpoint alone and never unencrypted over a network, redirects are followed with
/// their ranges, to a host that serves content among others. A HEAD request ends at the answer that states a commit, because only that
/// has the hashes of what is redirected to.
/// </summary>
internal sealed class HubRequests(HubSettings settings, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>States the commit that an answer is of.</summary>
    public const string Commit = "X-Repo-Commit";

    private const int MostRedirects = 10;

    /// <summary>A client of the endpoint.</summary>
    public static HttpClient Client(HubSettings settings) => new(new HubRequests(
        settings, new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) }))
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 1 << 26,
    };

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        for (var redirects = 0; ; redirects++)
        {
            var response = await base.SendAsync(To(address, request), cancellationToken).ConfigureAwait(false);
            if (Target(response, address) is not { } target || (request.Method == HttpMethod.Head && response.Headers.Contains(Commit)))
            {
                return response;
            }

            response.Dispose();
            address = redirects < MostRedirects && (target.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
                ? target
                : throw new HttpRequestException(
                    redirects < MostRedirects ? $"{address.Host} redirects to an unencrypted address" : $"over {MostRedirects} redirects",
                    null,
                    response.StatusCode);
        }
    }

    private HttpRequestMessage To(Uri address, HttpRequestMessage like)
    {
        var request = new HttpRequestMessage(like.Method, address);
        request.Headers.Range = like.Headers.Range;
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("libmoe", typeof(HubRequests).Assembly.GetName().Version?.ToString()));
        request.Headers.Authorization =
            settings.Token is { } token && MayKnow(address) ? new AuthenticationHeaderValue("Bearer", token) : null;
        return request;
    }

    private bool MayKnow(Uri address) => (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback)
        && Uri.Compare(
            address, settings.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static Uri? Target(HttpResponseMessage response, Uri from) =>
        (response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) && response.Headers.Location is { } location
            ? new Uri(from, location)
            : null;
}
