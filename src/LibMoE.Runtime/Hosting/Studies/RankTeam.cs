using Humanizer;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Layers;
using LibMoE.Runtime.Models;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Training;
using Microsoft.Extensions.Hosting;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>
/// The processes that a launcher started for one study. The first does everything as one process would; the others follow it: they make the
/// learner of the cell that it trains, and train with it. Between two trainings the first gives an order every moment, mostly to wait, so
/// that each learns in time when the other is gone.
/// </summary>
internal sealed class RankTeam(
    RankOptions options, RunOptions run, AnalysisOptions analysis, TrackingOptions tracking, IHostApplicationLifetime lifetime)
    : IWorkSharer, IDisposable
{
    private const string Making = "the making of a learner";

    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(200);

    private readonly Lock _turn = new();
    private Ranks? _ranks;

    /// <summary>The processes; one until <see cref="LeadAsync"/> has joined them.</summary>
    public Ranks Ranks => _ranks ?? Ranks.One;

    /// <summary>Whether this process follows another.</summary>
    /// <exception cref="ConfigurationException">The launcher's variables contradict each other.</exception>
    public static bool IsFollower => Place is { Rank: > 0 };

    /// <summary>What the launcher says; null where there is one process.</summary>
    private static RankPlace? Place
    {
        get
        {
            try
            {
                return RankPlace.Current;
            }
            catch (RankFailureException wrong)
            {
                throw new ConfigurationException(wrong.Message);
            }
        }
    }

    private List<string> LeftOut =>
    [
        .. analysis is { Enabled: true, Points: > 0 } ? ["moments of analysis along training (Analysis:Points)"] : Array.Empty<string>(),
        .. tracking.SampleEvery > 0 ? ["texts drawn in training (Tracking:SampleEvery)"] : Array.Empty<string>(),
    ];

    /// <summary>Refuses work that several processes would each do for themselves, in one folder.</summary>
    /// <exception cref="ConfigurationException">A launcher started several, and they were not joined.</exception>
    public void RefuseSeveral()
    {
        if (_ranks is null && Place is { } place)
        {
            throw new ConfigurationException(
                $"{place.Launcher} started {place.Size} processes; several ranks work together in 'study', 'train', 'run-cell', "
                + "'evaluate' and 'analyze' alone. Start this in one process.");
        }
    }

    /// <summary>Refuses batches that the ranks do not divide, before anything is trained.</summary>
    /// <exception cref="ConfigurationException">There are some.</exception>
    public void CheckBatches(IEnumerable<PlannedCell> cells) => ConfigurationException.ThrowIfAny([
        .. cells.Select(planned => planned.Cell.Training)
            .SelectMany(config => new BatchParts(config.MicroBatches, Ranks, config.Batch).Problems()).Distinct(),
    ]);

    /// <summary>Refuses layers whose experts the ranks cannot share, before anything is trained.</summary>
    /// <exception cref="ConfigurationException">There are some.</exception>
    public void CheckExperts(IEnumerable<PlannedCell> cells) => ConfigurationException.ThrowIfAny([
        .. cells.Select(planned => planned.Cell.Variant.Mixture?.Declaration).OfType<MoeDeclaration>().Distinct()
            .SelectMany(declaration => declaration.Layers)
            .SelectMany(layer => ExpertSharing.Problems(layer, Ranks.Experts.Group.Size)).Distinct(),
    ]);

    /// <summary>What a reader must know of several ranks: what splitting the optimiser's state saves each, and what is left out because a
    /// rank with some of the experts cannot run the model alone.</summary>
    /// <param name="cells">The study's cells.</param>
    public IEnumerable<string> Notes(IEnumerable<PlannedCell> cells)
    {
        if (Ranks.Experts.Group.Size > 1 && LeftOut is { Count: > 0 } left)
        {
            yield return "A rank has some of the experts (Ranks:Experts), and cannot run the model alone: left out are "
                + $"{left.Humanize("and")}.";
        }

        if (options.SplitOptimizer && Ranks.Size > 1)
        {
            foreach (var variant in cells.Select(planned => planned.Cell.Variant).DistinctBy(variant => variant.Name))
            {
                // Two moments of a number, float32.
                var state = 2L * sizeof(float) * variant.TotalParameters;
                yield return $"{variant.Name}: each of {Ranks.Size} ranks keeps {ModelMemory.Text(state / Ranks.Size)} of "
                    + $"{ModelMemory.Text(state)} of optimiser state.";
            }
        }
    }

    /// <summary>Does a study's work on the first rank, while the others follow.</summary>
    /// <param name="work">The work; its result is the exit code of all.</param>
    public async Task<int> LeadAsync(Func<Task<int>> work)
    {
        if (Place is null)
        {
            return await work().ConfigureAwait(false);
        }

        _ranks = await JoinAsync().ConfigureAwait(false);
        using var ended = new CancellationTokenSource();
        var waiting = Task.Run(() => OrderToWait(ended.Token));
        var code = ExitCode.Failed;
        try
        {
            code = await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            code = ExitCode.Stopped;
            throw;
        }
        catch (ConfigurationException)
        {
            code = ExitCode.Usage;
            throw;
        }
        catch (RankFailureException)
        {
            code = ExitCode.RankFailure;
            throw;
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (code != ExitCode.RankFailure && waiting.Exception is null)
            {
                RankOrder.End(code).Exchange(_ranks);
            }
        }

        await waiting.ConfigureAwait(false);
        return code;
    }

    /// <summary>Trains a cell with all ranks.</summary>
    /// <param name="planned">The cell, with where it begins.</param>
    /// <param name="folder">Its folder, which all ranks see.</param>
    /// <param name="train">Trains it on this rank.</param>
    public T Train<T>(PlannedCell planned, CellFolder folder, Func<Ranks, T> train)
    {
        if (_ranks is null)
        {
            return train(Ranks.One);
        }

        lock (_turn)
        {
            RankOrder.Train(planned.Index, planned.Start.Checkpoint?.Step).Exchange(_ranks);
            RankOrder.SendText(_ranks, folder.Path);
            if (!Together.Wait(_ranks, Making, Task.CompletedTask))
            {
                throw new RankFailureException($"another rank than the first could not make {planned.Cell}; it says why.");
            }

            try
            {
                return train(_ranks);
            }
            catch (OperationCanceledException)
            {
                // Another rank was asked to stop.
                lifetime.StopApplication();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<byte[]> Share(string what, IReadOnlyList<int> units, Func<int, byte[]> compute, CancellationToken stop)
    {
        if (_ranks is null)
        {
            foreach (var unit in units)
            {
                stop.ThrowIfCancellationRequested();
                yield return compute(unit);
            }

            yield break;
        }

        // Results are handed on between rounds, by the same thread.
        _turn.Enter();
        try
        {
            if (RankOrder.Work.Exchange(_ranks))
            {
                lifetime.StopApplication();
            }

            RankOrder.SendText(_ranks, what);
            if (!Together.Wait(_ranks, Making, Task.CompletedTask))
            {
                throw new RankFailureException($"another rank than the first could not prepare {what}; it says why.");
            }

            foreach (var result in WorkRounds.Lead(_ranks, units, compute, stop))
            {
                yield return result;
            }
        }
        finally
        {
            _turn.Exit();
        }
    }

    /// <summary>Follows the first rank until it ends.</summary>
    /// <param name="cells">The study's cells.</param>
    /// <param name="work">Prepares work that the first rank shares out, by what it says of it.</param>
    /// <param name="stop">Whether this rank is asked to stop, which it tells the first.</param>
    /// <returns>The exit code of the first.</returns>
    public async Task<int> FollowAsync(
        IReadOnlyList<PlannedCell> cells, Func<string, Func<int, byte[]>> work, CancellationToken stop)
    {
        var ranks = _ranks = await JoinAsync().ConfigureAwait(false);
        return await Task.Run(() => Follow(ranks, cells, work, stop), CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _ranks?.Dispose();

    private Task<Ranks> JoinAsync()
    {
        return ExpertRanks.Problem(options.Experts, Place?.Size ?? 1) is { } problem
            ? throw new ConfigurationException(problem)
            : Task.Run(() => RankGroup.Join(options));
    }

    private int Follow(Ranks ranks, IReadOnlyList<PlannedCell> cells, Func<string, Func<int, byte[]>> work, CancellationToken stop)
    {
        while (true)
        {
            var order = RankOrder.Receive(ranks, stop.IsCancellationRequested);
            switch (order.Kind)
            {
                case RankOrder.Kinds.End:
                    return (int)order.Number;
                case RankOrder.Kinds.Train:
                    Train(ranks, cells[(int)order.Number], order.Step, RankOrder.ReceiveText(ranks), stop);
                    break;
                case RankOrder.Kinds.Work:
                    Work(ranks, work, RankOrder.ReceiveText(ranks));
                    break;
                default:
                    break;
            }
        }
    }

    private static void Work(Ranks ranks, Func<string, Func<int, byte[]>> work, string what)
    {
        var preparing = Task.Run(() => work(what));
        _ = Together.Wait(ranks, Making, preparing);
        WorkRounds.Follow(ranks, preparing.Result);
    }

    /// <summary>Trains a cell as a follower: nothing is written and nothing said.</summary>
    private void Train(Ranks ranks, PlannedCell planned, long? step, string folder, CancellationToken stop)
    {
        var (cell, storage) = (planned.Cell, new TrainingStorage(DiskFiles.Instance, folder));
        var start = step is { } at ? storage.Checkpoints.Open(at) : null;
        var making = Task.Run(() => planned.Source.Create(cell, ComputeDevice.Of(run.Device), ranks));
        _ = Together.Wait(ranks, Making, making);
        using var learner = making.Result;
        using var threads = new ThreadCount(StepThreads.Of(learner, cell.Training, start?.State.Machine.Threads));
        try
        {
            _ = Trainer.Train(learner, cell.Training, ranks, storage with { Resume = start }, progress: null, stop);
        }
        catch (Exception same) when (same is OperationCanceledException or TrainingFailedException or StorageException
            or ConfigurationException)
        {
            // It happened to all ranks alike; the first says so.
        }
    }

    private void OrderToWait(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            lock (_turn)
            {
                if (RankOrder.Wait.Exchange(_ranks!))
                {
                    lifetime.StopApplication();
                }
            }

            ended.WaitHandle.WaitOne(Round);
        }
    }
}
