using System.Text.Json.Serialization;

namespace LibMoE.Runtime;

/// <summary>How a training run stands between two steps: with the tensors of a checkpoint, everything that the next
/// step depends on.</summary>
public sealed record TrainingState
{
    /// <summary>How many training sequences, or other examples, have been drawn.</summary>
    public required long SamplerPosition { get; init; }

    /// <summary>The state of libtorch's random generator, Base64.</summary>
    public required string Random { get; init; }

    /// <summary>Task losses of the newest steps, from which <see cref="TrainingResult.TrainLoss"/> is the mean.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>What was gathered since the last report.</summary>
    public required MeterState Meter { get; init; }

    /// <summary>Every report so far.</summary>
    public required IReadOnlyList<TrainingProgress> History { get; init; }

    /// <summary>Steps that were skipped because the loss or a gradient was not finite.</summary>
    public required SkippedSteps Skipped { get; init; }

    /// <summary>How early stopping stands; null where nothing is measured on the way.</summary>
    public StoppingState? Stopping { get; init; }

    /// <summary>Task losses of the steps since the last measurement.</summary>
    public required LossSum SinceMeasured { get; init; }

    /// <summary>What a learner of a program's own must remember; null where it has nothing to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Learner { get; init; }
}

/// <summary>Losses that a mean is taken of.</summary>
/// <param name="Sum">Their sum.</param>
/// <param name="Count">How many.</param>
public sealed record LossSum(double Sum, int Count);

/// <summary>What was gathered since the last report.</summary>
/// <param name="Steps">The steps, without skipped ones.</param>
/// <param name="Loss">The sum of their task losses.</param>
/// <param name="AuxiliaryLoss">The sum of their balancing terms.</param>
/// <param name="Blocks">The same, block by block.</param>
/// <param name="Elapsed">Training time so far.</param>
/// <param name="Reported">Training time up to the last report.</param>
public sealed record MeterState(
    int Steps, double Loss, double AuxiliaryLoss, BlockMeterState Blocks, TimeSpan Elapsed, TimeSpan Reported);

/// <summary>What was gathered of the MoE blocks since the last report.</summary>
/// <param name="Steps">The steps, without skipped ones.</param>
/// <param name="Picks">Per block the picks of each expert; null before the first step.</param>
/// <param name="Losses">Per block the sums of its balancing terms by name.</param>
public sealed record BlockMeterState(
    int Steps, IReadOnlyList<long[]?>? Picks, IReadOnlyList<IReadOnlyDictionary<string, double>> Losses);

/// <summary>Steps without an update.</summary>
/// <param name="Total">How many there were.</param>
/// <param name="InARow">How many since the last good step.</param>
public sealed record SkippedSteps(int Total, int InARow);

/// <summary>How early stopping stands.</summary>
/// <param name="Best">The best value of the metric: the lowest, or the highest where higher is better.</param>
/// <param name="BestStep">The steps done when it was measured.</param>
/// <param name="Waited">Measurements since then.</param>
public sealed record StoppingState(double Best, long BestStep, int Waited);
