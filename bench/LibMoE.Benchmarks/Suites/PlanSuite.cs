using System.Text.Json;
using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;
using LibMoE.Runtime.Studies.Scaling;

namespace LibMoE.Benchmarks.Suites;

/// <summary>
/// What <c>plan</c> says of a step, and what the step takes. Ranks with one thread each are the cards. Their cluster file is measured: the
/// arithmetic by ranks that train side by side and say nothing to each other, links and memory by a collective or an update alone, and the
/// busiest rank by counting.
/// </summary>
/// <param name="ranks">R.</param>
internal sealed class PlanSuite(int ranks)
{
    private const double Giga = 1e9;
    private static readonly JsonSerializerOptions Indented = new(ClusterFile.Options) { WriteIndented = true };

    /// <summary>The contest's name.</summary>
    public string Name => $"plan/4 layers/{ranks} processes";

    /// <summary>Measures.</summary>
    public IReadOnlyList<Result> Run(BenchmarkSettings settings)
    {
        using var jobs = RankJobs.Start(ranks);
        var measured = new Contest(Name, Threads: 1, () =>
            [jobs.SideBySide(), jobs.DataParallel(), jobs.ExpertParallel(), .. jobs.Parts()]).Run(settings);
        var cluster = ClusterOf(jobs, [.. measured.Select(result => result.Milliseconds!.Value / 1000)]);
        Console.WriteLine(JsonSerializer.Serialize(cluster, Indented));
        return [.. measured, Planned(cluster, 1, measured[1]), Planned(cluster, ranks, measured[2])];
    }

    /// <summary>The plan's time in the row's, and as a ratio to what was measured.</summary>
    private Result Planned(Cluster cluster, int expertRanks, Result measured)
    {
        var model = ScaledModel.Of(RankTraining.Model, RankTraining.Variant);
        var bytes = StateBytes.Of(new TrainingConfig(), GradientType.Float32);
        var times = new StepModel(cluster, model, bytes).Of(
            new StepLayout(ranks, expertRanks, Split: false), (double)RankTraining.Size.Tokens / ranks);
        // No core is left that could send while all of them compute.
        var milliseconds = times.InTurn * 1000;
        var ratio = milliseconds / measured.Milliseconds;
        return new Result(Name, $"planned, over measured: {measured.Contender}", 1, measured.Rounds, milliseconds, ratio, ratio, ratio);
    }

    /// <summary>The cluster file of the ranks.</summary>
    /// <param name="jobs">The ranks.</param>
    /// <param name="seconds">Of the contenders, in their order.</param>
    private Cluster ClusterOf(RankJobs jobs, IReadOnlyList<double> seconds)
    {
        var (apart, small, gradients, rows, update) = (seconds[0], seconds[3], seconds[4], seconds[5], seconds[6]);
        var model = ScaledModel.Of(RankTraining.Model, RankTraining.Variant);
        var others = (ranks - 1.0) / ranks;
        return new Cluster
        {
            Name = $"{ranks} ranks of this machine",
            Cards = ranks,
            CardsPerNode = ranks,
            MemoryGB = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Giga / ranks,
            TeraFlops = 3 * (model.DenseFlops + model.ExpertFlops) * RankTraining.Size.Tokens / ranks / (apart - update) / 1e12,
            DenseEfficiency = 1,
            ExpertEfficiency = 1,
            BusiestCard = jobs.BusiestRank(),
            MemoryGBs = 7 * jobs.GradientBytes / update / Giga,
            Inside = new ClusterLink(
                2 * others * jobs.GradientBytes / (gradients - small) / Giga, others * jobs.RowBytes / (rows - small) / Giga, small * 1e6),
        };
    }
}
