using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using LibMoE.Runtime.Testing;
using LibMoE.Runtime.Tests.Hosting;
using LibMoE.Runtime.Tests.Reporting.Tracking;

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
        Assert.Equal(["/v1/metrics", "/v1/traces"], requests.Select(request => request.Path).Distinct().Order());
        Assert.All(requests, request => Assert.Equal("application/x-protobuf", request.Type));
        Assert.All(
            ["LibMoE.Training", "libmoe.training.steps", "libmoe.expert.load.max_over_mean", "HostedSmoe", "SwitchBalance"],
            name => Assert.Contains(requests, request => request.Text.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_stops_nothing()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(
            ["train", .. HostedRun.Tiny($"--Watch:OtlpEndpoint=http://127.0.0.1:{FreePort.Find()}")]));
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

    [Fact]
    public async Task The_variables_of_the_specification_say_where_metrics_and_traces_go_and_who_sends_them()
    {
        using var collector = TrackerServer.Start(_ => (200, ""));
        var variables = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer word",
            ["OTEL_SERVICE_NAME"] = "my-study",
        };
        foreach (var (name, value) in variables)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        try
        {
            Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny()]));
        }
        finally
        {
            foreach (var name in variables.Keys)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }

        Assert.Equal(["/v1/metrics", "/v1/traces"], collector.All.Select(asked => asked.Path).Distinct().Order());
        Assert.All(collector.All, asked => Assert.Equal("Bearer word", asked.Authorization));
        Assert.All(collector.All, asked => Assert.Contains("my-study", asked.Body, StringComparison.Ordinal));
        Assert.All(["warm-up", "training", "analysis", "evaluation", "HostedSmoe"], name => Assert.Contains(
            collector.All, asked => asked.Path == "/v1/traces" && asked.Body.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Traces_and_metrics_go_to_the_address_that_the_settings_name()
    {
        using var collector = TrackerServer.Start(_ => (200, ""));

        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny($"--Tracking:OtlpEndpoint={collector.Address}")]));

        Assert.Equal(["/v1/metrics", "/v1/traces"], collector.All.Select(asked => asked.Path).Distinct().Order());
    }

    [Fact]
    public async Task Prometheus_finds_the_instruments_while_the_run_is_under_way()
    {
        var port = FreePort.Find();
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => _run.Run(
            [MoeVariant.Of<HostedSmoe>()],
            ["train", .. HostedRun.TinyFor(1_000_000, $"--Tracking:PrometheusPort={port}", "--name", "one")], stop.Token));
        using var http = new HttpClient();
        var page = "";
        for (var attempt = 0; attempt < 6000 && !page.Contains("libmoe_balance", StringComparison.Ordinal); attempt++)
        {
            Assert.False(running.IsCompleted);
            await Task.Delay(50);
            try
            {
                page = await http.GetStringAsync(new Uri($"http://localhost:{port}/metrics"));
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        await stop.CancelAsync();
        Assert.Equal(ExitCode.Stopped, await running);
        // https://prometheus.io/docs/instrumenting/exposition_formats/
        Assert.Matches("(?m)^# TYPE libmoe_training_steps_total counter$", page.ReplaceLineEndings("\n"));
        Assert.Matches("(?m)^libmoe_training_loss_nat\\{[^}]*seed=\"0\"[^}]*variant=\"HostedSmoe\"[^}]*\\} [0-9.]+", page);
        Assert.Matches("(?m)^libmoe_expert_load_max_over_mean[a-z_]*\\{[^}]*block=\"0\"[^}]*\\} [0-9.]+", page);
        Assert.Matches("(?m)^libmoe_balance[a-z_]*\\{[^}]*term=\"SwitchBalance\"[^}]*\\} [0-9.]+", page);
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_nothing()
    {
        using var other = TrackerServer.Start(_ => (200, ""));

        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny($"--Tracking:PrometheusPort={other.Address.Port}")]));
    }

    [Theory]
    [InlineData("500")]
    [InlineData("slow")]
    public async Task A_collector_at_fault_stops_nothing(string fault)
    {
        using var end = new CancellationTokenSource();
        using var collector = TrackerServer.Start(async _ =>
        {
            if (fault == "slow")
            {
                await Task.Delay(TimeSpan.FromMinutes(10), end.Token)
                    .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            return (500, "");
        });

        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny($"--Tracking:OtlpEndpoint={collector.Address}")]));
        await end.CancelAsync();
        Assert.Empty(_run.Errors);
    }

    /// <summary>Listens on a port that is free; another program may be faster with it.</summary>
    private static HttpListener Collector()
    {
        for (var attempt = 0; ; attempt++)
        {
            var collector = new HttpListener { Prefixes = { $"http://127.0.0.1:{FreePort.Find()}/" } };
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
}
