using System.Text.Json.Serialization;

namespace LibMoE.Runtime;

/// <summary>How a training run stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps to do in all.</param>
/// <param name="Loss">Task loss of the steps since the last report, in nats per token.</param>
/// <param name="AuxiliaryLoss">Sum over the blocks of their balancing terms, over the same steps.</param>
/// <param name="LearningRate">The last step's learning rate.</param>
/// <param name="TokensPerSecond">Training tokens per second since the last report.</param>
/// <param name="LoadCv">Mean over the MoE blocks of the coefficient of variation of picks per expert since the last report;
/// null without counts.</param>
/// <param name="DeadExperts">Experts, over all blocks, without a pick since the last report; null without counts.</param>
/// <param name="Elapsed">Time of the steps so far.</param>
/// <param name="Blocks">Picks and balancing terms of each MoE block since the last report; empty for a dense model.</param>
public sealed record TrainingProgress(
    int Step,
    int Steps,
    double Loss,
    double AuxiliaryLoss,
    double LearningRate,
    double TokensPerSecond,
    double? LoadCv,
    int? DeadExperts,
    TimeSpan Elapsed,
    IReadOnlyList<BlockProgress> Blocks)
{
    /// <summary>Loss on the held-out sequences in nats per token, where it was measured at this step.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The held-out metrics by name, where a learner of a program's own was measured at this step; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Steps so far that were skipped because the loss or a gradient was not finite.</summary>
    public int SkippedSteps { get; init; }
}
