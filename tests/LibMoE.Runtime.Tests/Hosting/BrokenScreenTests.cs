using System.Threading.Channels;
using LibMoE.Runtime.Reporting.Evaluations;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Tests.Training.Resuming;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A screen that takes no more lines, such as a file on a full disk, ends the program, and not under the thread
/// that computes.</summary>
public sealed class BrokenScreenTests : IDisposable
{
    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Training_has_saved_and_ended_before_the_program_does()
    {
        var error = new StringWriter();
        string[] args = ["train", .. RunCommand.With(HostedRun.Tiny("--name", "one", "--Training:CheckpointEvery=0"), "--steps", "100000")];
        var builder = new MoeApplicationBuilder(args, TextWriter.Null, error);
        builder.Services.AddSingleton(MoeVariant.Of<HostedSmoe>());
        builder.Services.AddSingleton<IStudyDisplay>(new BrokenDisplay());

        var exitCode = await builder.Build().RunVerbAsync(CancellationToken.None);

        using var free = RunLock.Take(DiskFiles.Instance, "runs/one/HostedSmoe/seed-0");
        Assert.Equal((ExitCode.Failed, "error: No space left on device"), (exitCode, error.ToString().Trim()));
        Assert.Null(free.TakenOver);
        Assert.Single(new CheckpointStore(DiskFiles.Instance, "runs/one/HostedSmoe/seed-0/checkpoints").Steps());
    }

    [Fact]
    public async Task An_evaluation_has_ended_before_the_program_does()
    {
        var ended = false;
        var display = new EvaluationDisplay(AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(new BrokenWriter()),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
        }));

        await Assert.ThrowsAsync<IOException>(() => display.ShowAsync(1, async _ =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300));
            return ended = true;
        }));

        Assert.True(ended);
    }

    /// <summary>Breaks at the first step that it is to show.</summary>
    private sealed class BrokenDisplay : IStudyDisplay
    {
        public async Task ShowAsync(IReadOnlyList<StudyCell> cells, ChannelReader<StudyEvent> events)
        {
            await foreach (var _ in events.ReadAllAsync().Where(happened => happened is CellAdvanced))
            {
                throw new IOException("No space left on device");
            }
        }
    }

    private sealed class BrokenWriter : StringWriter
    {
        public override void Write(char value) => throw new IOException("No space left on device");

        public override void Write(string? value) => throw new IOException("No space left on device");

        public override void Write(char[] buffer, int index, int count) => throw new IOException("No space left on device");
    }
}
