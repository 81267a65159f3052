using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LibMoE.Runtime.Tests.Hosting;

namespace LibMoE.Runtime.Tests.Reporting.Watching;

public sealed class TelemetryTests : IDisposable
{
    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Instruments_tell_of_every_report()
    {
        var measured = new List<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "LibMoE.Training")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();

        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny("--name", "one")]));

        const string Cell = "variant=HostedSmoe;seed=0";
        Assert.Equal(4, measured.Where(one => one is { Name: "libmoe.training.steps", Tags: Cell }).Sum(one => one.Value));
        Assert.Equal(4 * 2 * 16, measured.Where(one => one is { Name: "libmoe.training.tokens", Tags: Cell }).Sum(one => one.Value));
        Assert.Equal(4, measured.Count(one => one is { Name: "libmoe.training.loss", Value: > 4 and < 7 }));
        Assert.All(
            measured.Where(one => one is { Name: "libmoe.expert.load.max_over_mean" }),
            one => Assert.True(one is { Value: >= 1 and <= 4, Tags: Cell + ";block=0" }, $"{one}"));
        Assert.Equal(4, measured.Count(one => one is { Name: "libmoe.balance", Tags: Cell + ";block=0;term=SwitchBalance", Value: > 0 }));
        Assert.Equal(
            StudyResults.Read("runs/one").Variants[0].ValidationLoss,
            Assert.Single(measured, one => one.Name == "libmoe.validation.loss").Value);

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = new List<string>();
            foreach (var (key, content) in tags)
            {
                text.Add($"{key}={content}");
            }

            measured.Add((instrument.Name, value, string.Join(';', text)));
        }
    }

    [Fact]
    public async Task A_collector_gets_the_instruments_where_one_is_configured()
    {
        using var collector = Collector();
        var received = Task.Run(() => Receive(collector));

        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny($"--Watch:OtlpEndpoint={collector.Prefixes.Single()}")]));
        collector.Stop();
        var requests = await received;

        // What is sent while a slow run is under way may not have everything; what is left is sent at its end.
        Assert.NotEmpty(requests);
        Assert.All(requests, request => Assert.Equal(("/v1/metrics", "application/x-protobuf"), (request.Path, request.Type)));
        Assert.All(
            ["LibMoE.Training", "libmoe.training.steps", "libmoe.expert.load.max_over_mean", "HostedSmoe", "SwitchBalance"],
            name => Assert.Contains(requests, request => request.Text.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_stops_nothing()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny($"--Watch:OtlpEndpoint=http://127.0.0.1:{FreePort()}")]));
        Assert.Empty(_run.Errors);
    }

    [Theory]
    [InlineData("localhost:4318")]
    [InlineData("ftp://localhost")]
    [InlineData("/metrics")]
    public async Task An_address_that_is_none_is_refused(string address)
    {
        Assert.Equal(ExitCode.Usage, await _run.Run(["train", .. HostedRun.Tiny($"--Watch:OtlpEndpoint={address}")]));
        Assert.Equal(
            [$"error: Watch:OtlpEndpoint is '{address}'; it must be an address such as http://localhost:4318."], _run.Errors);
    }

    [Fact]
    public async Task Event_files_can_be_switched_off()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny("--name", "with")]));
        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny("--name", "without", "--Watch:TensorBoard=false")]));

        Assert.Equal(
            6, EventFileTests.Read(Assert.Single(Directory.GetFiles("runs/with/HostedSmoe/seed-0", "events.out.tfevents.*"))).Count);
        Assert.Empty(Directory.GetFiles("runs/without/HostedSmoe/seed-0", "events.out.tfevents.*"));
    }

    /// <summary>Listens on a port that is free; another program may be faster with it.</summary>
    private static HttpListener Collector()
    {
        for (var attempt = 0; ; attempt++)
        {
            var collector = new HttpListener { Prefixes = { $"http://127.0.0.1:{FreePort()}/" } };
            try
            {
                collector.Start();
                return collector;
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                collector.Close();
            }
        }
    }

    /// <summary>What is sent until the collector is stopped.</summary>
    private static async Task<List<(string Path, string? Type, string Text)>> Receive(HttpListener collector)
    {
        var requests = new List<(string, string?, string)>();
        while (true)
        {
            try
            {
                var context = await collector.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                context.Response.Close();
                requests.Add((context.Request.Url!.AbsolutePath, context.Request.ContentType, Encoding.Latin1.GetString(body.ToArray())));
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return requests;
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
