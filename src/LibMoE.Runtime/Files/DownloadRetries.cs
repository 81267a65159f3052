using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Retry;

namespace LibMoE.Runtime.Files;

/// <summary>When a download is tried again, and after how long: broken connections, silence, and servers that are busy (408, 429,
/// 5xx), not what the disk reports, which is a <see cref="StorageException"/>. The
/// waits double and are drawn about that, so that many programs do not come back at once; a server that says when to come back
/// (Retry-After) is believed.</summary>
internal static class DownloadRetries
{
    /// <summary>How often a file is asked for; once more as often where what was gone on from turns out to be of another file.</summary>
    public const int Tries = 3;

    /// <summary>A server that wants to be left alone for longer is not waited for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>The tries of one file.</summary>
    /// <param name="time">What the waits are measured by.</param>
    public static ResiliencePipeline Make(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = Tries - 1,
            BackoffType = DelayBackoffType.Exponential,
            Delay = First,
            UseJitter = true,
            ShouldHandle = new PredicateBuilder().Handle<IOException>().Handle<TimeoutException>().Handle<HttpRequestException>(IsPassing),
            DelayGenerator = failed => new((failed.Outcome.Exception as ServerRefusalException)?.RetryAfter),
        })
        .Build();

    /// <summary>The refusal that a response is, with when to come back.</summary>
    /// <param name="status">What the server answered.</param>
    /// <param name="retryAfter">Its header, as seconds or as a date; null where there is none.</param>
    /// <param name="now">The time, for a date.</param>
    public static ServerRefusalException Refusal(HttpStatusCode status, RetryConditionHeaderValue? retryAfter, DateTimeOffset now)
    {
        var wait = retryAfter?.Delta ?? retryAfter?.Date - now;
        return new(status, wait < TimeSpan.Zero ? TimeSpan.Zero : wait);
    }

    private static bool IsPassing(HttpRequestException broken) => broken switch
    {
        ServerRefusalException refusal => IsPassing(refusal.StatusCode!.Value) && !(refusal.RetryAfter > Longest),
        _ => broken.StatusCode is null,
    };

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
}
