using System.Text.Json.Serialization;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Runs;

namespace LibMoE.Runtime;

/// <summary>The result of one training run. Losses are the task's, in nats per token.</summary>
public sealed record TrainingResult
{
    /// <summary>The variant's name, or <c>Dense</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What a grid set for the run, by key; empty without a grid.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Name and settings: what tells the runs of a study apart, but for their seeds.</summary>
    public string Label => SettingsLabel.Of(Name, Settings);

    /// <summary>Where the run was made; null where nobody noted it.</summary>
    public MachineInfo? Machine { get; init; }

    /// <summary>The seed of the run.</summary>
    public required long Seed { get; init; }

    /// <summary>SHA-256 of what decides the FFNs' shapes and forward pass.</summary>
    public required string StructureHash { get; init; }

    /// <summary>All parameters.</summary>
    public required long TotalParameters { get; init; }

    /// <summary>The parameters that one token uses.</summary>
    public required long ActiveParameters { get; init; }

    /// <summary>Floating-point operations of one token's forward pass.</summary>
    public required long FlopsPerToken { get; init; }

    /// <summary>Mean task loss of the last tenth of the steps.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Mean loss over the fixed held-out sequences.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Standard error of <see cref="ValidationLoss"/> over the sequences.</summary>
    public required double ValidationLossStdErr { get; init; }

    /// <summary>The losses of the fixed held-out sequences, in order: runs on one corpus are compared sequence by sequence.</summary>
    public required IReadOnlyList<double> SequenceLosses { get; init; }

    /// <summary>exp of the validation loss in nats per byte of text; tokens of a byte each have nats per token.</summary>
    public required double PerplexityPerByte { get; init; }

    /// <summary>The validation loss of every domain of the corpus.</summary>
    public IReadOnlyList<DomainLoss> Domains { get; init; } = [];

    /// <summary>The held-out metrics of a learner of a program's own, the one that variants are ranked by first; null for text, whose
    /// figures stand above.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MeasuredMetric>? Metrics { get; init; }

    /// <summary>The held-out metrics of any learner, the one that variants are ranked by first.</summary>
    [JsonIgnore]
    public IReadOnlyList<MeasuredMetric> HeldOut =>
        Metrics ?? TextMetrics.Of(ValidationLoss, ValidationLossStdErr, SequenceLosses, PerplexityPerByte);

    /// <summary>Training tokens per second of training time.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Time of the training steps in seconds, without measurements, analyses and saving between them.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>How a token's outputs depend on others of its call, and what that means for the losses; null where each token is routed
    /// alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SeesOtherTokens { get; init; }

    /// <summary>How evenly the experts were used on the held-out sequences; null for a dense model and for gates without counts.</summary>
    public required ExpertLoad? Load { get; init; }

    /// <summary>The reports of the run, in order.</summary>
    public required IReadOnlyList<TrainingProgress> History { get; init; }

    /// <summary>Optimiser steps done; fewer than were asked for where the run stopped early.</summary>
    public int Steps { get; init; }

    /// <summary>The step with the best measurement on the way; null where nothing was measured on the way.</summary>
    public long? BestStep { get; init; }

    /// <summary>The scores of evaluation tasks by name; empty where none was asked for.</summary>
    public IReadOnlyDictionary<string, double> Tasks { get; init; } = new Dictionary<string, double>();

    /// <summary>Steps that were skipped because the loss or a gradient was not finite.</summary>
    public int SkippedSteps { get; init; }

    /// <summary>Mean over the MoE blocks of the coefficient of variation of picks per expert; null without counts.</summary>
    public double? LoadCv => Load?.Cv;

    /// <summary>Experts, over all blocks, that no held-out token picked; null without counts.</summary>
    public int? DeadExperts => Load?.Dead;
}
