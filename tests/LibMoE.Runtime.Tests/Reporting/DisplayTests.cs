using System.Threading.Channels;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Tests.Hosting;
using Spectre.Console;

namespace LibMoE.Runtime.Tests.Reporting;

public sealed class DisplayTests
{
    private static readonly StudyPlan Plan = StudyPlan.Make(
        "",
        [MoeVariant.Of<HostedSmoe>()],
        new ModelConfig { Dim = 16, Heads = 2, Layers = 1 },
        new TrainingConfig { Steps = 100 },
        seeds: 1);

    private static readonly BlockProgress[] Blocks =
    [
        new([4, 3, 1, 0], new Dictionary<string, double> { ["SwitchBalance"] = 0.007 }),
        new([2, 2, 2, 2], new Dictionary<string, double> { ["SwitchBalance"] = 0.005 }),
    ];

    [Fact]
    public async Task A_redirected_output_gets_one_plain_line_per_event()
    {
        var (output, events) = (new StringWriter { NewLine = "\n" }, Channel.CreateUnbounded<StudyEvent>());
        var (dense, smoe) = (Plan.Cells[0], Plan.Cells[1]);
        events.Writer.TryWrite(new CellStarted(dense));
        events.Writer.TryWrite(new CellAdvanced(dense, At(50, seconds: 30, loadCv: null)));
        events.Writer.TryWrite(new CellFinished(dense, Run.Of("Dense", 0, [1.5, 1.5], wall: 60)));
        events.Writer.TryWrite(new CellStarted(smoe));
        events.Writer.TryWrite(new CellAdvanced(smoe, At(25, seconds: 30, loadCv: 0.25)));
        events.Writer.TryWrite(new CellFailed(smoe, "It broke."));
        events.Writer.Complete();

        await new PlainDisplay(output, TimeSpan.Zero).ShowAsync(Plan.Cells, events.Reader);

        Assert.Equal(
            """
            [1/2] Dense: 100 steps
            [1/2] Dense: step 50 of 100, loss 2.000, 1.5k tokens/s, 1 minute, 30 seconds left in all
            [1/2] Dense: validation loss 1.500 ± 0.010 after 1:00
            [2/2] HostedSmoe: 100 steps
            [2/2] HostedSmoe: step 25 of 100, loss 2.000, 1.5k tokens/s, load CV 0.25, balance 0.0120, 1 minute, 30 seconds left in all
              expert load by block, max/mean 2.00 1.00; dead 1 0
            [2/2] HostedSmoe: failed: It broke.

            """,
            output.ToString());
    }

    [Fact]
    public async Task Progress_is_not_repeated_more_often_than_asked()
    {
        var (output, events) = (new StringWriter(), Channel.CreateUnbounded<StudyEvent>());
        foreach (var step in Enumerable.Range(1, 100))
        {
            events.Writer.TryWrite(new CellAdvanced(Plan.Cells[0], At(step, seconds: step, loadCv: null)));
        }

        events.Writer.Complete();
        await new PlainDisplay(output, TimeSpan.FromHours(1)).ShowAsync(Plan.Cells, events.Reader);

        Assert.Equal("", output.ToString());
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void The_live_table_fits_the_screen_and_shows_every_run(int width)
    {
        var state = new StudyState(Plan.Cells);
        state.Apply(new CellFinished(Plan.Cells[0], Run.Of("Dense", 0, [1.5, 1.5], wall: 60)));
        state.Apply(new CellStarted(Plan.Cells[1]));
        state.Apply(new CellAdvanced(Plan.Cells[1], At(20, seconds: 24, loadCv: 0.75)));
        state.Apply(new CellAdvanced(Plan.Cells[1], At(25, seconds: 30, loadCv: 0.25)));
        var (output, console) = Screen(width);

        console.Write(new TerminalDisplay(console).Render(state));

        var lines = output.ToString().Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Contains(
            lines, line => line.Contains("Dense", StringComparison.Ordinal) && line.Contains("1.500", StringComparison.Ordinal));
        Assert.Contains(
            lines, line => line.Contains("HostedSmoe", StringComparison.Ordinal) && line.Contains("25/100", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.TrimEnd() == "load CV █▁ 0.25");
        Assert.Contains(lines, line => line.TrimEnd() == "loss    ▁▁ 2.000");
        Assert.Contains(lines, line => line.TrimEnd() == "expert load by block, max/mean 2.00 1.00; dead 1 0");
        Assert.Contains("1 of 2 runs done, about 1 minute, 30 seconds left", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_final_table_fits_80_columns_with_long_names()
    {
        TrainingResult[] runs =
        [
            Run.Of("Dense", 0, [1.5, 1.5], wall: 10, tokensPerSecond: 61_440),
            Run.Of("PerturbedCosineMoe", 0, [1.4, 1.4], wall: 125, tokensPerSecond: 30_720, load: new ExpertLoad([[3, 0]])),
        ];
        var (output, console) = Screen(80);
        var corpus = Corpus.Split("a text", [new("a", "one"), new("b", "two")]);

        console.Write(ResultTable.Of(StudyResults.Of(runs, MachineInfo.Current(), corpus), runs, 80));

        var lines = output.ToString().Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        var row = lines.Single(line => line.Contains("PerturbedCosineMoe", StringComparison.Ordinal));
        Assert.All(
            ["1.2M", "109.3k", "1.400 ± 0.010", "4.06", "30.7k", "1.00", "2:05"],
            cell => Assert.Contains(cell, row, StringComparison.Ordinal));
        Assert.DoesNotContain('…', output.ToString());
    }

    [Fact]
    public void The_rest_is_estimated_from_the_same_variant_where_one_has_run()
    {
        var state = new StudyState((Plan with { Seeds = 2 }).Cells);
        Assert.Null(state.Remaining());

        var cells = state.Cells.Select(cell => cell.Cell).ToList();
        state.Apply(new CellFinished(cells[0], Run.Of("Dense", 0, [1], wall: 10)));
        Assert.Equal(30, state.Remaining()!.Value.TotalSeconds, 1e-6);

        state.Apply(new CellAdvanced(cells[1], At(50, seconds: 20, loadCv: 0)));
        Assert.Equal(20 + 10 + 40, state.Remaining()!.Value.TotalSeconds, 1e-6);
    }

    private static (StringWriter Output, IAnsiConsole Console) Screen(int width)
    {
        var output = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return (output, console);
    }

    private static TrainingProgress At(int step, double seconds, double? loadCv) =>
        new(step, 100, 2.0, loadCv is null ? 0 : 0.012, 1e-3, 1500, loadCv, null, TimeSpan.FromSeconds(seconds),
            loadCv is null ? [] : Blocks);
}
