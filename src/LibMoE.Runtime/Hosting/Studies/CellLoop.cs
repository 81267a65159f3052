using System.Threading.Channels;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>Trains cells one after the other. What one of them dies of does not stop the others.</summary>
internal sealed class CellLoop(CellRunner runner, IStudyDisplay display)
{
    /// <summary>Trains the cells that are not done, and shows how they stand.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="save">Called on the training thread after each cell that is done, with all results so far.</param>
    /// <param name="stop">Ends the loop after the step that it is in.</param>
    public async Task<StudyOutcome> RunAsync(
        IReadOnlyList<PlannedCell> cells, StudyFolder folder, Action<StudyOutcome> save, CancellationToken stop)
    {
        var events = Channel.CreateUnbounded<StudyEvent>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var training = Task.Run(() => Train(cells, folder, events.Writer, save, ending.Token), CancellationToken.None);
        try
        {
            await display.ShowAsync([.. cells.Select(planned => planned.Cell)], events.Reader).ConfigureAwait(false);
        }
        catch
        {
            // A screen that takes no more lines ends the program: the training must have saved and ended before that.
            await ending.CancelAsync().ConfigureAwait(false);
            await ((Task)training).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await training.ConfigureAwait(false);
    }

    private StudyOutcome Train(
        IReadOnlyList<PlannedCell> cells, StudyFolder folder, ChannelWriter<StudyEvent> events, Action<StudyOutcome> save,
        CancellationToken stop)
    {
        var outcome = new StudyOutcome();
        try
        {
            foreach (var planned in cells)
            {
                if (planned.Done is { } done)
                {
                    outcome.Finished.Add(done);
                    events.TryWrite(new CellSkipped(planned.Cell, done));
                }
                else if (!Train(planned, folder, outcome, events, stop))
                {
                    break;
                }

                save(outcome);
            }

            return outcome;
        }
        finally
        {
            events.Complete();
        }
    }

    /// <summary>Trains one cell; false if the user stopped.</summary>
    private bool Train(
        PlannedCell planned, StudyFolder folder, StudyOutcome outcome, ChannelWriter<StudyEvent> events, CancellationToken stop)
    {
        var cell = planned.Cell;
        events.TryWrite(new CellStarted(cell));
        try
        {
            var result = runner.Run(planned, folder, happened => events.TryWrite(happened), stop);
            outcome.Finished.Add(result);
            events.TryWrite(new CellFinished(cell, result));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
#pragma warning disable CA1031 // Whatever one run dies of must not take the others with it; it is reported at the end.
        catch (Exception failure) when (failure is not RankFailureException)
#pragma warning restore CA1031
        {
            var reason = failure.Message.Split('\n')[0];
            outcome.Failed.Add((cell, reason));
            events.TryWrite(new CellFailed(cell, reason));
        }

        return true;
    }
}
