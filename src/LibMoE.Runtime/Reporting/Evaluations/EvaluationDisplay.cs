using System.Diagnostics;
using Spectre.Console;

namespace LibMoE.Runtime.Reporting.Evaluations;

/// <summary>Shows how far downloads and evaluations are: a bar that changes in place on a terminal, a line now and
/// then elsewhere.</summary>
internal sealed class EvaluationDisplay(IAnsiConsole console)
{
    private const int BarWidth = 20;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(150);

    private bool IsTerminal => console.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>Shows downloads.</summary>
    public Task ShowAsync(Func<IProgress<DownloadProgress>, Task> work)
    {
        var lines = new Lines<DownloadProgress>(report => (Share(report), $"downloading {report.File}, {Figures.Count(report.DoneBytes)}B"
            + (report.TotalBytes is { } total ? $" of {Figures.Count(total)}B" : "")));
        return ShowAsync(lines, async () =>
        {
            await work(lines).ConfigureAwait(false);
            return true;
        });

        static double Share(DownloadProgress report) => report.TotalBytes is > 0 and { } total ? (double)report.DoneBytes / total : 0;
    }

    /// <summary>Shows evaluations.</summary>
    /// <param name="count">How many there are, models times tasks.</param>
    /// <param name="work">Reports how they go, one after the other.</param>
    public Task<T> ShowAsync<T>(int count, Func<IProgress<EvaluationProgress>, Task<T>> work)
    {
        var (number, last) = (0, ((string, string)?)null);
        var lines = new Lines<EvaluationProgress>(report =>
        {
            number += last == (report.Model, report.Task.Name) ? 0 : 1;
            last = (report.Model, report.Task.Name);
            return (report.Share, $"[{number}/{count}] {report.Model}, {EvaluationText.Of(report)}");
        });
        return ShowAsync(lines, () => work(lines));
    }

    private async Task<T> ShowAsync<T, TReport>(Lines<TReport> lines, Func<Task<T>> work)
    {
        var result = work();
        try
        {
            await ShowAsync(lines, result).ConfigureAwait(false);
        }
        catch
        {
            // A screen that takes no more lines ends the program: what computes must have ended before that.
            await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await result.ConfigureAwait(false);
    }

    private async Task ShowAsync<TReport>(Lines<TReport> lines, Task result)
    {
        if (IsTerminal)
        {
            await console.Live(new Markup("")).AutoClear(true).StartAsync(async live =>
            {
                while (!result.IsCompleted)
                {
                    await Task.WhenAny(result, Task.Delay(Refresh)).ConfigureAwait(false);
                    live.UpdateTarget(new Markup(lines.Last is { } line ? $"{Bar(line.Share)} {Markup.Escape(line.Text)}" : ""));
                }
            }).ConfigureAwait(false);
        }

        var since = Stopwatch.StartNew();
        while (!IsTerminal && !result.IsCompleted)
        {
            await Task.WhenAny(result, Task.Delay(Refresh)).ConfigureAwait(false);
            if (since.Elapsed >= Every && lines.Last is { } line)
            {
                console.WriteLine(line.Text);
                since.Restart();
            }
        }
    }

    private string Bar(double share)
    {
        var (full, empty) = console.Profile.Capabilities.Unicode ? ('━', '─') : ('#', '-');
        var filled = (int)Math.Round(share * BarWidth);
        return $"[green]{new string(full, filled)}[/][dim]{new string(empty, BarWidth - filled)}[/]";
    }

    /// <summary>Holds the newest line; the working thread writes it, the display reads it.</summary>
    private sealed class Lines<TReport>(Func<TReport, (double Share, string Text)> format) : IProgress<TReport>
    {
        private volatile Line? _last;

        public Line? Last => _last;

        public void Report(TReport value)
        {
            var (share, text) = format(value);
            _last = new Line(share, text);
        }
    }

    private sealed record Line(double Share, string Text);
}
