using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Testing;

namespace LibMoE.Examples.Tests;

/// <summary>Aspire's dashboard of its own package, on the loopback interface, asked through its interface for programs.</summary>
internal sealed class AspireDashboard : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;
    private readonly Process _process;

    private AspireDashboard(Process process, int port)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/telemetry/") };
    }

    /// <summary>Where it takes OTLP over HTTP.</summary>
    public required Uri Collector { get; init; }

    /// <summary>Why it cannot be started here; null where it can.</summary>
    public static string? WhyNot =>
        !OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64
            ? "the package of Aspire's dashboard that is restored is Linux' for x64"
            : File.Exists(Program) ? null : $"{Program} was not restored";

    private static string Program => typeof(AspireDashboard).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(entry => entry.Key == "AspireDashboard").Value!;

    /// <summary>Starts it, and waits until it answers.</summary>
    public static async Task<AspireDashboard> StartAsync()
    {
        var (page, collector, calls) = (FreePort.Find(), FreePort.Find(), FreePort.Find());
#pragma warning disable CA1416 // Asked only where it can be started: on Linux.
        File.SetUnixFileMode(Program, File.GetUnixFileMode(Program) | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        var start = new ProcessStartInfo(Program)
        {
            WorkingDirectory = Path.GetDirectoryName(Program),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in new[]
        {
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{page}"), ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", $"http://127.0.0.1:{collector}"),
            ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", $"http://127.0.0.1:{calls}"), ("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", "true"),
            ("Dashboard__Api__Enabled", "true"), ("Dashboard__Api__AuthMode", "Unsecured"),
        })
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var dashboard = new AspireDashboard(process, page) { Collector = new Uri($"http://127.0.0.1:{collector}") };
        await dashboard.Until("resources", _ => true);
        return dashboard;
    }

    /// <summary>Asks until an answer is as wanted.</summary>
    public async Task<JsonNode> Until(string path, Func<JsonNode, bool> isWanted)
    {
        var (clock, last) = (Stopwatch.StartNew(), "no answer");
        while (clock.Elapsed < Patience)
        {
            try
            {
                last = await _http.GetStringAsync(new Uri(path, UriKind.Relative));
                if (JsonNode.Parse(last) is { } answer && isWanted(answer))
                {
                    return answer;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(200);
        }

        throw new TimeoutException($"{path} after {Patience}: {last}");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _http.Dispose();
    }
}
