using System.Diagnostics;
using System.Text.Json;
using LibMoE.Runtime.Testing;
using LibMoE.Runtime.Tests.Hosting;

namespace LibMoE.Runtime.Tests.Reporting.Tracking;

/// <summary>A cell becomes a run of an MLflow experiment, and no server that MLflow may be stops it.</summary>
public sealed class MlflowTests : IDisposable
{
    private const string Missing = """{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "none"}""";

    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_cell_is_a_run_with_parameters_metrics_of_every_report_and_an_end()
    {
        using var server = TrackerServer.Start(Mlflow);

        Assert.Equal(ExitCode.Done, await _run.Run(
            ["train", .. HostedRun.Tiny("--name", "one", $"--Tracking:MlflowUri={server.Address}", "--Tracking:MlflowExperiment=a b")]));

        Assert.Empty(_run.Errors);
        Assert.Equal("/api/2.0/mlflow/experiments/get-by-name?experiment_name=a%20b", server.All.First().Path);
        Assert.Equal("a b", Posted(server, "experiments/create").Single().GetProperty("name").GetString());
        Assert.Equal("7", Posted(server, "runs/create").Single().GetProperty("experiment_id").GetString());
        var logged = Posted(server, "runs/log-batch");
        Assert.All(logged, call => Assert.Equal("abc", call.GetProperty("run_id").GetString()));
        var parameters = logged.SelectMany(call => call.GetProperty("params").EnumerateArray())
            .ToDictionary(pair => pair.GetProperty("key").GetString()!, pair => pair.GetProperty("value").GetString());
        Assert.Equal(("HostedSmoe", "4"), (parameters["variant"], parameters["training.steps"]));
        var metrics = logged.SelectMany(call => call.GetProperty("metrics").EnumerateArray())
            .ToLookup(
                one => one.GetProperty("key").GetString()!,
                one => (one.GetProperty("step").GetInt32(), one.GetProperty("value").GetDouble()));
        var report = File.ReadLines("runs/one/HostedSmoe/seed-0/metrics.jsonl")
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("loss").GetDouble());
        Assert.Equal(Enumerable.Range(1, 4).Zip(report), metrics["loss/train"]);
        Assert.Equal(StudyResults.Read("runs/one").Variants[0].ValidationLoss, metrics["loss/validation"].Single().Item2);
        Assert.Equal(4, metrics["load/block-0/max_over_mean"].Count());
        Assert.Equal(["FINISHED"], Posted(server, "runs/update").Select(call => call.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_continued_cell_goes_on_in_the_same_run()
    {
        using var server = TrackerServer.Start(Mlflow);
        string[] tracked = ["--name", "one", $"--Tracking:MlflowUri={server.Address}"];
        await _run.Run(["train", .. HostedRun.TinyFor(2, tracked)]);

        Assert.Equal(ExitCode.Done, await _run.Run(
            ["train", .. HostedRun.TinyFor(4, [.. tracked, "--resume", "--allow-change", "Training:Steps"])]));

        Assert.Single(Posted(server, "runs/create"));
        Assert.Equal(["FINISHED", "RUNNING", "FINISHED"],
            Posted(server, "runs/update").Select(call => call.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_diverged_loss_is_sent_as_protocol_buffers_write_it()
    {
        using var server = TrackerServer.Start(Mlflow);

        await _run.Run(["train", .. HostedRun.Tiny(
            "--name", "one", $"--Tracking:MlflowUri={server.Address}", "--learning-rate", "1e30", "--Training:Clip=0")]);

        Assert.All(Posted(server, "runs/log-batch").SelectMany(call => call.GetProperty("metrics").EnumerateArray()), one => Assert.True(
            one.GetProperty("value") is { ValueKind: JsonValueKind.Number }
                || one.GetProperty("value").GetString() is "NaN" or "Infinity" or "-Infinity"));
        Assert.NotEmpty(Posted(server, "runs/update"));
    }

    [Fact]
    public async Task Credentials_are_those_of_MLflows_own_client_and_are_said_nowhere()
    {
        using var server = TrackerServer.Start(_ => (401, "who are you?"));
        Environment.SetEnvironmentVariable("MLFLOW_TRACKING_TOKEN", "very-secret");
        try
        {
            Assert.Equal(
                ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny("--name", "one", $"--Tracking:MlflowUri={server.Address}")]));
        }
        finally
        {
            Environment.SetEnvironmentVariable("MLFLOW_TRACKING_TOKEN", null);
        }

        Assert.All(server.All, asked => Assert.Equal("Bearer very-secret", asked.Authorization));
        Assert.DoesNotContain(
            Directory.EnumerateFiles("runs", "*", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains("very-secret", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task MLflow_itself_shows_the_run()
    {
        var python = Environment.GetEnvironmentVariable("LIBMOE_MLFLOW");
        Skip.If(string.IsNullOrEmpty(python), "LIBMOE_MLFLOW names no Python that has MLflow (pip install mlflow==3.18.0).");
        var port = FreePort.Find();
        var store = $"sqlite:///{Path.Combine(_run.Folder, "mlflow.db")}";
        using var server = Process.Start(python, ["-m", "mlflow", "server", "--port", $"{port}", "--backend-store-uri", store]);
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Until(async () => (await http.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode);

            await _run.Run(["train", .. HostedRun.Tiny(
                "--name", "one", $"--Tracking:MlflowUri=http://127.0.0.1:{port}", "--Tracking:MlflowExperiment=study")]);

            Assert.Empty(_run.Errors);
            using var shown = Process.Start(new ProcessStartInfo(python, ["-c", $"""
                import mlflow
                client = mlflow.MlflowClient("http://127.0.0.1:{port}")
                run, = client.search_runs([client.get_experiment_by_name("study").experiment_id])
                print(run.info.status, run.data.params["variant"], len(client.get_metric_history(run.info.run_id, "loss/train")))
                """])
            { RedirectStandardOutput = true })!;
            Assert.Equal("FINISHED HostedSmoe 4", (await shown.StandardOutput.ReadToEndAsync()).Trim());
        }
        finally
        {
            server.Kill(entireProcessTree: true);
        }

        static async Task Until(Func<Task<bool>> holds)
        {
            for (var attempt = 0; attempt < 600; attempt++)
            {
                try
                {
                    if (await holds())
                    {
                        return;
                    }
                }
                catch (HttpRequestException)
                {
                    // It is still starting.
                }

                await Task.Delay(200);
            }

            Assert.Fail("MLflow's server did not start.");
        }
    }

    public static TheoryData<string> Faults => ["refused", "slow", "500", "not JSON", "other JSON", "redirects", "hangs up"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_server_at_fault_stops_nothing(string fault)
    {
        using var end = new CancellationTokenSource();
        using var server = TrackerServer.Start(async asked => fault switch
        {
            "slow" => await Slow(end.Token),
            "500" => (500, "Internal error"),
            "not JSON" => (200, "<html>"),
            "other JSON" => (200, "[1]"),
            "redirects" => (302, ""),
            _ => throw new IOException("gone"),
        });
        var address = fault == "refused" ? new Uri($"http://127.0.0.1:{FreePort.Find()}") : server.Address;

        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny("--name", "one", $"--Tracking:MlflowUri={address}")]));

        await end.CancelAsync();
        Assert.Equal(4, File.ReadLines("runs/one/HostedSmoe/seed-0/metrics.jsonl").Count());
        Assert.Single(StudyResults.Read("runs/one").Variants[0].Seeds);
    }

    [Fact]
    public async Task Whatever_the_server_does_the_model_is_the_same()
    {
        using var server = TrackerServer.Start(_ => (500, ""));
        await _run.Run(["train", .. HostedRun.Tiny("--name", "with", $"--Tracking:MlflowUri={server.Address}")]);
        await _run.Run(["train", .. HostedRun.Tiny("--name", "without")]);

        Assert.Equal(
            StudyResults.Read("runs/without").Variants[0].ValidationLoss, StudyResults.Read("runs/with").Variants[0].ValidationLoss);
    }

    private static async Task<(int, string)> Slow(CancellationToken end)
    {
        await Task.Delay(TimeSpan.FromMinutes(10), end)
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return (200, "{}");
    }

    private static (int, string) Mlflow(Asked asked) => asked.Path switch
    {
        var path when path.Contains("get-by-name", StringComparison.Ordinal) => (404, Missing),
        var path when path.EndsWith("experiments/create", StringComparison.Ordinal) => (200, """{"experiment_id": "7"}"""),
        var path when path.EndsWith("runs/create", StringComparison.Ordinal) => (200, """{"run": {"info": {"run_id": "abc"}}}"""),
        _ => (200, "{}"),
    };

    private static List<JsonElement> Posted(TrackerServer server, string call) =>
        [.. server.All.Where(asked => asked.Method == "POST" && asked.Path.EndsWith(call, StringComparison.Ordinal))
            .Select(asked => JsonDocument.Parse(asked.Body).RootElement)];
}
