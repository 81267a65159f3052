using System.Globalization;
using LibMoE.Runtime.Reporting.Tracking;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace LibMoE.Runtime.Tests.Reporting.Tracking;

/// <summary>Whatever a tracker dies of, the run goes on without it, and says so once.</summary>
public sealed class TrackerFaultTests : IDisposable
{
    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [SkippableFact]
    public async Task A_full_disk_under_the_event_file_stops_nothing()
    {
        Skip.IfNot(File.Exists("/dev/full"), "There is no /dev/full here, which takes no byte.");
        await _run.Run(["study", .. HostedRun.Tiny("--name", "one", "--plan")]);
        var cell = Directory.CreateDirectory("runs/one/HostedSmoe/seed-0").FullName;
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var second = now; second < now + 600; second++)
        {
            File.CreateSymbolicLink(Path.Combine(cell, string.Create(
                CultureInfo.InvariantCulture,
                $"events.out.tfevents.{second}.{Environment.MachineName}.{Environment.ProcessId}")), "/dev/full");
        }

        Assert.Equal(ExitCode.Done, await _run.Run("run-cell", "--index", "1", "--name", "one"));

        Assert.Equal(4, File.ReadLines(Path.Combine(cell, "metrics.jsonl")).Count());
        Assert.True(File.Exists(Path.Combine(cell, "result.json")));
        Assert.Contains("TensorBoard failed, and the run goes on without it", Assert.Single(_run.Logged.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tracker_that_fails_is_named_once_and_asked_nothing_more()
    {
        var (log, failing) = (new LoggedLines(), new Failing());
        using var watcher = new GuardedWatcher("Pigeons", () => failing, log).Begin();

        watcher.Report(Progress);
        watcher.Report(Progress);
        watcher.Finish(Run.Of("Smoe", 0, [1]));

        Assert.Equal(["Pigeons failed, and the run goes on without it: No space left on device."], log.Lines);
        Assert.Equal(1, failing.Asked);
    }

    [Fact]
    public void A_tracker_that_cannot_be_made_is_none()
    {
        var log = new LoggedLines();
        using (var watcher = new GuardedWatcher("Pigeons", () => throw new UnauthorizedAccessException("They are asleep."), log).Begin())
        {
            watcher.Report(Progress);
            watcher.Break(null);
        }

        Assert.Equal(["Pigeons failed, and the run goes on without it: They are asleep."], log.Lines);
    }

    [Fact]
    public void A_tracker_is_let_go_of_even_where_it_failed()
    {
        var failing = new Failing();
        using (var watcher = new GuardedWatcher("Pigeons", () => failing, NullLogger.Instance).Begin())
        {
            watcher.Report(Progress);
        }

        Assert.True(failing.IsDisposed);
    }

    [Fact]
    public void A_sender_keeps_the_order_drops_the_oldest_and_gives_up_after_failures_in_a_row()
    {
        var (log, sent, gate) = (new LoggedLines(), new List<int>(), new TaskCompletionSource());
        using (var sender = new BackgroundSender("here", log, TimeSpan.FromMinutes(1)))
        {
            sender.Send(_ => gate.Task);
            for (var number = 0; number < 1500; number++)
            {
                var now = number;
                sender.Send(_ =>
                {
                    sent.Add(now);
                    return Task.CompletedTask;
                });
            }

            gate.SetResult();
        }

        Assert.Equal(sent.Order(), sent);
        Assert.Equal(1499, sent[^1]);
        Assert.InRange(sent.Count, 1000, 1001);

        var asked = 0;
        using (var sender = new BackgroundSender("here", log, TimeSpan.FromMinutes(1)))
        {
            for (var number = 0; number < 10; number++)
            {
                sender.Send(_ =>
                {
                    asked++;
                    throw new HttpRequestException("refused");
                });
            }
        }

        Assert.Equal(BackgroundSender.Failures, asked);
        Assert.Equal(["here failed, and the run goes on without it: refused."], log.Lines);
    }

    [Fact]
    public void A_sender_waits_for_a_slow_server_only_so_long()
    {
        var log = new LoggedLines();
        using (var sender = new BackgroundSender("here", log, TimeSpan.FromMilliseconds(50)))
        {
            sender.Send(stop => Task.Delay(Timeout.Infinite, stop));
        }

        Assert.StartsWith("here failed", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    private static TrainingProgress Progress => new(1, 2, 3, 0, 1e-3, 1000, null, null, TimeSpan.Zero, []);

    private sealed class Failing : ICellWatcher
    {
        public int Asked { get; private set; }

        public bool IsDisposed { get; private set; }

        public void Report(TrainingProgress progress)
        {
            Asked++;
            throw new IOException("No space left on device");
        }

        public void Finish(TrainingResult result) => Asked++;

        public void Dispose() => IsDisposed = true;
    }
}
