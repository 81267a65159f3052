using System.Diagnostics;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>
/// A few steps of a model that is thrown away, before a run's first step is timed: what a process does once (compiling, starting threads,
/// fetching memory) would otherwise be paid by whoever trains first. Every run gets the same. The run's own bits do not change: its model
/// is made afterwards, and <see cref="TrainingRun"/> seeds what is random.
/// </summary>
internal static class WarmUp
{
    /// <summary>At most so many steps.</summary>
    public const int Steps = 20;

    /// <summary>No further step begins after so long.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.5);

    /// <summary>Trains the throw-away model: at least one step, unless the user stopped.</summary>
    /// <param name="cell">What will be trained.</param>
    /// <param name="source">On what.</param>
    /// <param name="device">Where.</param>
    /// <param name="begunWith">The threads of the checkpoint that the run continues from; null for a new run.</param>
    /// <param name="stop">Ends it after the step that it is in.</param>
    /// <returns>How many steps it made.</returns>
    public static int Run(StudyCell cell, CellSource source, Device device, int? begunWith, CancellationToken stop)
    {
        // No teacher is loaded for a model that is thrown away.
        var config = cell.Training with { Distill = null };
        using var learner = source.Create(cell, device);
        using var threads = new ThreadCount(StepThreads.Of(learner, config, begunWith));
        using var run = new TrainingRun(learner, config);
        var time = Stopwatch.StartNew();
        var done = 0;
        while (done < Steps && !run.IsFinished && !stop.IsCancellationRequested && (done == 0 || time.Elapsed < Enough))
        {
            run.Step();
            done++;
        }

        return done;
    }
}
