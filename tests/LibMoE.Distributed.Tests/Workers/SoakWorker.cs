using System.Globalization;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using TorchSharp;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Trains many steps; each rank prints its live tensors and resident bytes at ten equal distances:
/// <c>soak STEPS [split]</c>.</summary>
internal static class SoakWorker
{
    private const int Parts = 10;

    public static int Run(Ranks ranks, string[] arguments)
    {
        var steps = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        ranks.Options = ranks.Options with { SplitOptimizer = arguments.Contains("split") };
        var config = Subject.Config() with { Steps = steps + 1 };
        using var learner = new TextLearner(
            LanguageModel.Create(Subject.Backbone, MoeVariant.Of<ImportanceMoe>(), seed: 3, ranks: ranks), Subject.Text(), config,
            ownsModel: true);
        using var run = new TrainingRun(learner, config, ranks);
        for (var step = 1; step <= steps; step++)
        {
            run.Step();
            if (step % (steps / Parts) == 0)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{ranks.Rank} {DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount} {Environment.WorkingSet}"));
            }
        }

        return 0;
    }
}
