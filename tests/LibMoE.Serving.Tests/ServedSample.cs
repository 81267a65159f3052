using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime;
using LibMoE.Serving.Http;

namespace LibMoE.Serving.Tests;

/// <summary>A server over a sample model, on a free port of this machine.</summary>
internal sealed class ServedSample : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _serving;
    private readonly LoadedModel _model;

    private ServedSample(Task serving, Uri address, CancellationTokenSource stop, LoadedModel model)
    {
        (_serving, Address, _stop, _model) = (serving, address, stop, model);
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>The model; it answers one request alone only while the server answers none.</summary>
    public LoadedModel Model => _model;

    public static async Task<ServedSample> Start(ServingOptions? options = null, LoadedModel? model = null)
    {
        model ??= SampleModels.Mixture();
        var (stop, started) = (new CancellationTokenSource(), new TaskCompletionSource<Uri>());
        var serving = new ModelServer().ServeAsync(
            model, (options ?? new ServingOptions()) with { Port = options?.Port is { } port and not 5081 ? port : 0 }, started.SetResult,
            stop.Token);
        await await Task.WhenAny(started.Task, serving);
        return new ServedSample(serving, await started.Task, stop, model);
    }

    public async Task<(HttpStatusCode Status, JsonNode Body)> Post(string path, object body)
    {
        using var answer = await Http.PostAsync(
            new Uri(path, UriKind.Relative), body is string text ? new StringContent(text, Encoding.UTF8, "application/json")
                : JsonContent.Create(body));
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    public async Task<(HttpStatusCode Status, JsonNode Body)> Get(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    /// <summary>How many requests run or wait.</summary>
    public async Task<int> Open() => (await Get("/health")).Body["open"]!.GetValue<int>();

    /// <summary>Waits until so many requests run or wait.</summary>
    public async Task UntilOpen(int count)
    {
        for (var attempt = 0; attempt < 3000; attempt++)
        {
            if (await Open() == count)
            {
                return;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"There never were {count} open requests.");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
        _model.Dispose();
    }
}
