using System.Diagnostics;
using System.Threading.Channels;
using LibMoE.Runtime.Reporting.Evaluations;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting;

/// <summary>Plain lines, for a redirected output: one when a run starts and ends, and one every so often between.</summary>
/// <param name="output">Where the lines go.</param>
/// <param name="every">The shortest time between two lines of progress.</param>
internal sealed class PlainDisplay(TextWriter output, TimeSpan every) : IStudyDisplay
{
    /// <inheritdoc />
    public async Task ShowAsync(IReadOnlyList<StudyCell> cells, ChannelReader<StudyEvent> events)
    {
        var state = new StudyState(cells);
        var sinceLine = Stopwatch.StartNew();
        await foreach (var happened in events.ReadAllAsync().ConfigureAwait(false))
        {
            state.Apply(happened);
            if (happened is CellAdvanced or CellEvaluated && sinceLine.Elapsed < every)
            {
                continue;
            }

            sinceLine.Restart();
            await output.WriteLineAsync(Line(state, happened)).ConfigureAwait(false);
            if (happened is CellAdvanced { Progress: var progress } && LoadLine.Of(progress) is { } load)
            {
                await output.WriteLineAsync($"  {load}").ConfigureAwait(false);
            }
        }
    }

    private static string Measured(TrainingResult result) =>
        $"{MetricWords.Title(MetricWords.Main([result]))} {Figures.Loss(result.HeldOut[0].Value, result.HeldOut[0].StdErr)}";

    private static string Line(StudyState state, StudyEvent happened)
    {
        var number = $"[{state.NumberOf(happened.Cell)}/{state.Cells.Count}] {state.Label(happened.Cell)}";
        return happened switch
        {
            CellStarted => $"{number}: {happened.Cell.Training.Steps} steps",
            CellAdvanced { Progress: var at } =>
                $"{number}: step {at.Step} of {at.Steps}, loss {Figures.Loss(at.Loss)}, {Figures.Count(at.TokensPerSecond)} tokens/s"
                + (at.LoadCv is { } cv ? $", load CV {Figures.Number(cv, 2)}, balance {Figures.Number(at.AuxiliaryLoss, 4)}" : "")
                + (state.Remaining() is { TotalSeconds: >= 1 } left ? $", {Figures.Words(left)} left in all" : ""),
            CellEvaluated { Progress: var at } => $"{number}: {EvaluationText.Of(at)}",
            CellFinished { Result: var result } =>
                $"{number}: {Measured(result)} after "
                + $"{Figures.Time(result.WallSeconds)}",
            CellSkipped { Result: var result } => $"{number}: done before, {Measured(result)}",
            CellFailed { Reason: var reason } => $"{number}: failed: {reason}",
            _ => number,
        };
    }
}
