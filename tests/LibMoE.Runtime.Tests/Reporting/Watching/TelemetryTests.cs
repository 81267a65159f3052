using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LibMoE.Runtime;
using LibMoE.Tests.Hosting;

namespace LibMoE.Tests.Reporting;

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
            StudyResults.Read("runs/one").Variants[0].ValidationLoss, Assert.Single(measured, one => one.Name == "libmoe.validation.loss").Value);

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
        using var collector = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        collector.Prefixes.Add(address);
        collector.Start();
        var received = Task.Run(async () =>
        {
            var request = await collector.GetContextAsync();
            using var body = new MemoryStream();
            await request.Request.InputStream.CopyToAsync(body);
            request.Response.Close();
            return (request.Request.Url!.AbsolutePath, request.Request.ContentType, Text: Encoding.Latin1.GetString(body.ToArray()));
        });

        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny($"--Watch:OtlpEndpoint={address}")]));

        var (path, type, text) = await received.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(("/v1/metrics", "application/x-protobuf"), (path, type));
        Assert.All(
            ["LibMoE.Training", "libmoe.training.steps", "libmoe.expert.load.max_over_mean", "HostedSmoe", "SwitchBalance"],
            name => Assert.Contains(name, text, StringComparison.Ordinal));
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

        Assert.Equal(6, EventFileTests.Read(Assert.Single(Directory.GetFiles("runs/with/HostedSmoe/seed-0", "events.out.tfevents.*"))).Count);
        Assert.Empty(Directory.GetFiles("runs/without/HostedSmoe/seed-0", "events.out.tfevents.*"));
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
