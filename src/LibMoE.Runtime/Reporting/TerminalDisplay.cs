using System.Threading.Channels;
using LibMoE.Runtime.Studies;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LibMoE.Runtime.Reporting;

/// <summary>A table that changes in place, for a terminal: one row per run, the curves and loads of the one under way, and how long the
/// rest will take.</summary>
internal sealed class TerminalDisplay(IAnsiConsole console) : IStudyDisplay
{
    private const int BarWidth = 16;
    private const int CurveWidth = 24;
    private const int RowsBeside = 9;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(150);

    /// <inheritdoc />
    public Task ShowAsync(IReadOnlyList<StudyCell> cells, ChannelReader<StudyEvent> events)
    {
        var state = new StudyState(cells);
        return console.Live(Render(state)).AutoClear(true).StartAsync(async live =>
        {
            while (await events.WaitToReadAsync().ConfigureAwait(false))
            {
                while (events.TryRead(out var happened))
                {
                    state.Apply(happened);
                }

                live.UpdateTarget(Render(state));
                await Task.Delay(Refresh).ConfigureAwait(false);
            }
        });
    }

    /// <summary>The picture of a moment; as many rows as the screen holds, around the run that is under way.</summary>
    internal IRenderable Render(StudyState state)
    {
        var room = Math.Max(3, console.Profile.Height - RowsBeside);
        var current = Math.Max(0, state.Cells.TakeWhile(cell => cell.Ended).Count() - room / 2);
        var first = Math.Clamp(current, 0, Math.Max(0, state.Cells.Count - room));
        var table = new Table().Border(TableBorder.None);
        table.AddColumns(Column("Variant", Justify.Left), Column("", Justify.Left), Column("Step"), Column("Loss"), Column("Tokens/s"),
            Column("Load CV"), Column("Time"));
        foreach (var cell in state.Cells.Skip(first).Take(room))
        {
            table.AddRow([.. Row(state, cell).Select(text => new Markup(text))]);
        }

        var ended = state.Cells.Count(cell => cell.Ended);
        var left = state.Remaining() is { TotalSeconds: >= 1 } remaining ? $", about {Figures.Words(remaining)} left" : "";
        return new Spectre.Console.Rows([table, .. Curves(state), new Markup(
            $"[dim]{ended} of {state.Cells.Count} runs done{left}; Ctrl+C stops and keeps what is finished[/]")]);
    }

    /// <summary>The run that is under way: the course of loss and balance, and how each block uses its experts.</summary>
    private IEnumerable<IRenderable> Curves(StudyState state)
    {
        if (state.Cells.FirstOrDefault(cell => cell is { Started: true, Ended: false }) is not { Progress: { } at } running)
        {
            yield break;
        }

        yield return Curve("loss", running.Reports.Select(report => report.Loss), Figures.Loss(at.Loss));
        if (at.LoadCv is { } cv)
        {
            yield return Curve("load CV", running.Reports.Select(report => report.LoadCv ?? double.NaN), Figures.Number(cv, 2));
        }

        if (LoadLine.Of(at) is { } load)
        {
            yield return new Markup($"[dim]{Markup.Escape(load)}[/]");
        }
    }

    private Markup Curve(string name, IEnumerable<double> values, string last) =>
        new($"[dim]{name,-8}[/][green]{Markup.Escape(Sparkline.Of(values, CurveWidth, console.Profile.Capabilities.Unicode))}[/] {last}");

    private static TableColumn Column(string header, Justify justify = Justify.Right) =>
        new TableColumn($"[dim]{header}[/]").Alignment(justify).NoWrap().Padding(0, 0, 2, 0);

    private string[] Row(StudyState state, CellState cell)
    {
        var name = Markup.Escape(state.Label(cell.Cell));
        var steps = cell.Cell.Training.Steps;
        return cell switch
        {
            { Failure: { } reason } => [$"[red]{name}[/]", $"[red]failed[/]", "", "", "", "", ""],
            { Result: { } result } =>
            [
                name, Bar(1), $"{steps}", $"[bold]{Figures.Loss(result.HeldOut[0].Value)}[/]", Figures.Count(result.TokensPerSecond),
                Figures.Number(result.LoadCv, 2), Figures.Time(result.WallSeconds),
            ],
            { Evaluation: { } at } => [name, Bar(at.Share), Markup.Escape(at.Task.Name), "", "", "",
                at.Remaining is { } left ? Figures.Time(left.TotalSeconds) : ""],
            { Progress: { } at } =>
            [
                name, Bar((double)at.Step / at.Steps), $"{at.Step}/{at.Steps}", Figures.Loss(at.Loss), Figures.Count(at.TokensPerSecond),
                Figures.Number(at.LoadCv, 2), Figures.Time(at.Elapsed.TotalSeconds),
            ],
            _ => [cell.Started ? name : $"[dim]{name}[/]", Bar(0), cell.Started ? $"0/{steps}" : "", "", "", "", ""],
        };
    }

    private string Bar(double done)
    {
        var (full, empty) = console.Profile.Capabilities.Unicode ? ('━', '─') : ('#', '-');
        var filled = (int)Math.Round(done * BarWidth);
        return $"[green]{new string(full, filled)}[/][dim]{new string(empty, BarWidth - filled)}[/]";
    }
}
