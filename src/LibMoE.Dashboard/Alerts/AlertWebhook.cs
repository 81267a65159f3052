using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace LibMoE.Dashboard.Alerts;

/// <summary>
/// Posts alerts of the watched run to an address, each once while it lasts: <c>{"text", "run", "cell", "kind", "time"}</c>, of which chat
/// programs take <c>text</c>. The address may hold a secret, so only its host is ever said.
/// </summary>
internal sealed partial class AlertWebhook : IDisposable
{
    private const int Tries = 3;

    private readonly Uri _address;
    private readonly ILogger _log;
    private readonly HttpClient _http;

    /// <summary>Of each alert that lasts, how often it was tried; those that arrived have <see cref="Tries"/>.</summary>
    private readonly Dictionary<string, int> _known = [];

    /// <summary>Posts to an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="log">Where failures are said.</param>
    /// <param name="timeout">How long a post may take.</param>
    public AlertWebhook(Uri address, ILogger log, TimeSpan timeout)
    {
        (_address, _log) = (address, log);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = timeout }) { Timeout = timeout };
    }

    /// <summary>Posts what is new, now and then, until it is stopped.</summary>
    /// <param name="now">The run's name and what there is to see of it.</param>
    /// <param name="every">How often it is looked at.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<LiveState> now, TimeSpan every, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every);
        do
        {
            try
            {
                var state = now();
                await TellAsync(state.Report.Title, state.Alerts, stop).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Alerts are looked at beside the page, and never end its server.
            catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
            {
                // What cannot be read now, because a folder goes away or is being written, can be read, or not, next time.
            }
        }
        while (await NextAsync(timer, stop).ConfigureAwait(false));
    }

    /// <summary>Posts what is new.</summary>
    /// <param name="run">The run's name.</param>
    /// <param name="alerts">All that last.</param>
    /// <param name="stop">Ends it.</param>
    public async Task TellAsync(string run, IReadOnlyList<Alert> alerts, CancellationToken stop)
    {
        foreach (var over in _known.Keys.Except(alerts.Select(alert => Key(run, alert))).ToList())
        {
            _known.Remove(over);
        }

        foreach (var alert in alerts.Where(alert => _known.GetValueOrDefault(Key(run, alert)) < Tries))
        {
            var tried = _known[Key(run, alert)] = _known.GetValueOrDefault(Key(run, alert)) + 1;
            if (await PostAsync(run, alert, last: tried == Tries, stop).ConfigureAwait(false))
            {
                _known[Key(run, alert)] = Tries;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static string Key(string run, Alert alert) => $"{run}\n{alert.Run}\n{alert.Kind}\n{alert.Place}";

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> PostAsync(string run, Alert alert, bool last, CancellationToken stop)
    {
        try
        {
            using var answer = await _http.PostAsJsonAsync(_address, new JsonObject
            {
                ["text"] = $"{run}: {alert.Run}: {alert.Text}",
                ["run"] = run,
                ["cell"] = alert.Run,
                ["kind"] = alert.Kind.ToString(),
                ["time"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            }, stop).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                return true;
            }

            Say(last, $"it answered {(int)answer.StatusCode}");
        }
        catch (Exception failure) when (
            failure is HttpRequestException || (failure is OperationCanceledException && !stop.IsCancellationRequested))
        {
            Say(last, failure is OperationCanceledException ? "it does not answer" : failure.Message.TrimEnd('.'));
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }

        return false;
    }

    private void Say(bool last, string reason)
    {
        if (last)
        {
            NotTold(_log, _address.Host, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An alert could not be posted to {Host}: {Reason}.")]
    private static partial void NotTold(ILogger log, string host, string reason);
}
