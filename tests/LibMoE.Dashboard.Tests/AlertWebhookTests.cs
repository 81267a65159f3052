using System.Collections.Concurrent;
using System.Text.Json;
using LibMoE.Dashboard.Alerts;
using LibMoE.Runtime;
using LibMoE.Runtime.Testing;
using LibMoE.Runtime.Tests.Reporting.Report;
using LibMoE.Runtime.Tests.Reporting.Tracking;
using Microsoft.Extensions.Logging;

namespace LibMoE.Dashboard.Tests;

/// <summary>An alert is posted once while it lasts, and an address that takes none stops nothing and is said without its secret.</summary>
public sealed class AlertWebhookTests
{
    private static readonly Alert Dead = new(AlertKind.DeadExpert, "Smoe, seed 0", "expert 3 is dead, to step 40.", "block 0");

    [Fact]
    public async Task An_alert_is_posted_once_while_it_lasts_and_again_when_it_comes_back()
    {
        using var server = TrackerServer.Start(_ => (200, ""));
        using var webhook = new AlertWebhook(server.Address, new Said(), TimeSpan.FromMinutes(1));

        await webhook.TellAsync("one", [Dead], CancellationToken.None);
        await webhook.TellAsync("one", [Dead with { Text = "expert 3 is dead, to step 50." }], CancellationToken.None);
        await webhook.TellAsync("one", [Dead, Dead with { Place = "block 1" }], CancellationToken.None);
        await webhook.TellAsync("one", [], CancellationToken.None);
        await webhook.TellAsync("one", [Dead], CancellationToken.None);

        Assert.Equal(3, server.All.Count);
        var posted = JsonDocument.Parse(server.All.First().Body).RootElement;
        Assert.Equal("application/json; charset=utf-8", server.All.First().Type);
        Assert.Equal(
            ("one: Smoe, seed 0: expert 3 is dead, to step 40.", "one", "Smoe, seed 0", "DeadExpert"),
            (Text("text"), Text("run"), Text("cell"), Text("kind")));

        string Text(string name) => posted.GetProperty(name).GetString()!;
    }

    [Theory]
    [InlineData(500)]
    [InlineData(302)]
    public async Task An_address_that_takes_none_is_tried_three_times_and_said_once_without_its_path(int status)
    {
        var said = new Said();
        using var server = TrackerServer.Start(_ => (status, ""));
        using var webhook = new AlertWebhook(new Uri(server.Address, "hooks/secret"), said, TimeSpan.FromMinutes(1));

        for (var time = 0; time < 6; time++)
        {
            await webhook.TellAsync("one", [Dead], CancellationToken.None);
        }

        Assert.Equal(3, server.All.Count);
        Assert.Equal([$"An alert could not be posted to 127.0.0.1: it answered {status}."], said.Lines);
    }

    [Fact]
    public async Task An_address_without_a_server_stops_nothing()
    {
        var said = new Said();
        using var webhook = new AlertWebhook(
            new Uri($"http://127.0.0.1:{FreePort.Find()}/secret"), said, TimeSpan.FromMinutes(1));

        for (var time = 0; time < 3; time++)
        {
            await webhook.TellAsync("one", [Dead], CancellationToken.None);
        }

        Assert.StartsWith("An alert could not be posted to 127.0.0.1: ", Assert.Single(said.Lines), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said.Lines.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_posts_the_watched_runs_alerts_without_a_page_being_open()
    {
        var posted = new TaskCompletionSource<string>();
        using var server = TrackerServer.Start(asked =>
        {
            posted.TrySetResult(asked.Body);
            return (200, "");
        });
        using var folder = new SampleStudy();
        AlertTests.Run(folder, double.NaN, [10, 10, 10, 10]);
        await using var watched = await WatchedStudy.Start(
            folder.Path, options: new DashboardOptions { Port = 0, Webhook = server.Address });

        var alert = await posted.Task.WaitAsync(TimeSpan.FromMinutes(5));
        Assert.Contains("the loss is not a number since step 10.", alert, StringComparison.Ordinal);
    }

    private sealed class Said : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
