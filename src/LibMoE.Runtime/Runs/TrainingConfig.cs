using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>How a model is trained: AdamW, linear warm-up, cosine decay, gradient clipping.</summary>
public sealed record TrainingConfig
{
    /// <summary>Optimiser steps.</summary>
    public int Steps { get; init; } = 600;

    /// <summary>Sequences of an optimiser step.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Into how many equal forward passes a step's sequences are split, to save memory; must divide <see cref="Batch"/>.</summary>
    public int MicroBatches { get; init; } = 1;

    /// <summary>L: tokens of a sequence.</summary>
    public int SequenceLength { get; init; } = 64;

    /// <summary>The peak learning rate.</summary>
    public double LearningRate { get; init; } = 5e-3;

    /// <summary>The shape of the learning rate after the warm-up.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Cosine;

    /// <summary>The learning rate at the end, as a share of the peak.</summary>
    public double MinLearningRate { get; init; } = 0.05;

    /// <summary>Steps over which the learning rate rises linearly from 0.</summary>
    public int Warmup { get; init; } = 50;

    /// <summary>The share of the steps that the decay of <see cref="ScheduleKind.WarmupStableDecay"/> takes.</summary>
    public double DecayFraction { get; init; } = 0.2;

    /// <summary>AdamW's decoupled weight decay; norms, biases, routers and other vectors are exempt.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Decay of the gradient's running mean.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the gradient's running mean square.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Added to the root of the mean square.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The largest global gradient norm; 0 switches clipping off.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Steps between two progress reports.</summary>
    public int LogEvery { get; init; } = 10;

    /// <summary>Held-out sequences that the validation loss is a mean of; fewer where the corpus has fewer.</summary>
    public int ValidationSequences { get; init; } = 512;

    /// <summary>What the matmuls of the experts are computed in. Parameters, optimiser and everything else stay float32.</summary>
    public ComputeType Compute { get; init; } = ComputeType.Float32;

    /// <summary>Keeps only the input of each block for the backward pass and computes the block a second time there: less memory for
    /// about a third more time.</summary>
    public bool Recompute { get; init; }

    /// <summary>Decay d of the parameters' moving average, a ← d·a + (1 − d)·θ after every step; 0 keeps none. Where there is one, it is
    /// what is validated and used.</summary>
    public double AverageDecay { get; init; }

    /// <summary>Steps between two measurements on held-out text; 0 measures only after the last step.</summary>
    public int ValidateEvery { get; init; }

    /// <summary>The figure by which the best step is chosen, at every measurement; lower is better.</summary>
    public StoppingMetric StopOn { get; init; } = StoppingMetric.ValidationLoss;

    /// <summary>The name of a held-out metric that the best step is chosen by, in its own direction;
    /// null takes <see cref="StopOn"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StopOnMetric { get; init; }

    /// <summary>Factors on the learning rate by part of the model, as <c>Learner.Rates</c> has them and before those: a part is the
    /// beginning of state-dict names, in whole words between dots, <c>*</c> any one word. 0 freezes it.
    /// Null leaves all to the learner.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Rates { get; init; }

    /// <summary>What a classifier of people is trained for beside being right; null for nothing, and for all other learners.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FairnessConfig? Fairness { get; init; }

    /// <summary>Weights of domains that rise with their losses, for the worst of them; null for nothing, and for learners of anything but
    /// text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GroupRobustConfig? GroupRobust { get; init; }

    /// <summary>What is learned from a trained model beside the data; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DistillConfig? Distill { get; init; }

    /// <summary>How a few-shot learner adapts to tasks, and what it learns before them; null for all other learners.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MetaConfig? Meta { get; init; }

    /// <summary>Ends the run after so many measurements in a row that were not better than the best; 0 never does.</summary>
    public int Patience { get; init; }

    /// <summary>Steps between two checkpoints; 0 saves only when the run ends or is stopped.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>How many of the newest checkpoints are kept, besides the best.</summary>
    public int KeepLast { get; init; } = 2;

    /// <summary>The most bytes of tensors in one file of a checkpoint; more are split into shards with an index.</summary>
    public long ShardBytes { get; init; } = 5_000_000_000;

    /// <summary>Ends the run after so many steps in a row whose loss or gradient is not finite; each is skipped.</summary>
    public int NonFiniteLimit { get; init; } = 5;

    /// <summary>Threads of libtorch; null leaves its own choice.</summary>
    public int? Threads { get; init; }

    /// <summary>Decides the data order and everything random in training. Variants of a study share it.</summary>
    public long Seed { get; init; }

    /// <summary><see cref="Compute"/> as libtorch's type.</summary>
    internal ScalarType ComputeScalar => Compute == ComputeType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Everything that is wrong, one sentence each; empty if a model can be trained so.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        AtLeast(1, nameof(Steps), Steps);
        AtLeast(1, nameof(Batch), Batch);
        AtLeast(1, nameof(MicroBatches), MicroBatches);
        AtLeast(1, nameof(SequenceLength), SequenceLength);
        AtLeast(0, nameof(Warmup), Warmup);
        AtLeast(1, nameof(LogEvery), LogEvery);
        AtLeast(2, nameof(ValidationSequences), ValidationSequences);
        AtLeast(0, nameof(ValidateEvery), ValidateEvery);
        AtLeast(0, nameof(Patience), Patience);
        AtLeast(0, nameof(CheckpointEvery), CheckpointEvery);
        AtLeast(1, nameof(KeepLast), KeepLast);
        AtLeast(1, nameof(NonFiniteLimit), NonFiniteLimit);
        Require(ShardBytes >= 1, nameof(ShardBytes), ShardBytes, "be at least 1");
        AtLeast(1, nameof(Threads), Threads ?? 1);
        Require(
            MicroBatches < 1 || Batch % MicroBatches == 0, nameof(MicroBatches), MicroBatches, $"divide Training:Batch, which is {Batch}");
        Require(LearningRate > 0, nameof(LearningRate), LearningRate, "be above 0");
        Require(
            MinLearningRate is >= 0 and <= 1, nameof(MinLearningRate), MinLearningRate, "be from 0 to 1, a share of Training:LearningRate");
        Require(DecayFraction is >= 0 and <= 1, nameof(DecayFraction), DecayFraction, "be from 0 to 1, a share of Training:Steps");
        var decay = LearningRateSchedule.DecaySteps(this);
        Require(
            Schedule != ScheduleKind.WarmupStableDecay || Steps < 1 || Warmup <= Math.Max(0, Steps - decay), nameof(Warmup), Warmup,
            $"be at most {Math.Max(0, Steps - decay)}, since the last {decay} of {Steps} steps (Training:DecayFraction) are the decay's");
        Require(WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "be at least 0");
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "be from 0 to below 1");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "be from 0 to below 1");
        Require(Epsilon > 0, nameof(Epsilon), Epsilon, "be above 0");
        Require(Clip >= 0, nameof(Clip), Clip, "be above 0, or 0 for no clipping");
        Require(AverageDecay is >= 0 and < 1, nameof(AverageDecay), AverageDecay, "be from 0, which keeps no average, to below 1");
        foreach (var (part, rate) in Rates ?? new Dictionary<string, double>())
        {
            Require(rate >= 0 && double.IsFinite(rate), $"{nameof(Rates)}:{part}", rate, "be a factor from 0, which freezes the part, up");
        }

        (string Term, double Value)[] terms =
            [("Parity", Fairness?.Parity ?? 0), ("Odds", Fairness?.Odds ?? 0), ("Adversary", Fairness?.Adversary ?? 0)];
        foreach (var (term, value) in terms)
        {
            Require(value >= 0 && double.IsFinite(value), $"{nameof(Fairness)}:{term}", value, "be a coefficient from 0 up");
        }

        if (GroupRobust is { } robust)
        {
            Require(robust.Rate >= 0 && double.IsFinite(robust.Rate), "GroupRobust:Rate", robust.Rate, "be from 0 up");
        }

        if (Distill is { } distill)
        {
            if (distill.Teacher.Length == 0)
            {
                problems.Add($"Training:Distill:Teacher is missing; it must be the path of a trained model, or {DistillConfig.Uniform}.");
            }

            Require(distill.Weight is >= 0 and <= 1, "Distill:Weight", distill.Weight, "be from 0 to 1");
            Require(
                distill.Temperature > 0 && double.IsFinite(distill.Temperature), "Distill:Temperature", distill.Temperature, "be above 0");
            AtLeast(0, "Distill:TopK", distill.TopK);
            foreach (var (name, value) in new[] { ("Hidden", distill.Hidden), ("Router", distill.Router) })
            {
                Require(value >= 0 && double.IsFinite(value), $"Distill:{name}", value, "be a coefficient from 0 up");
            }

            if (distill is { Store.Length: > 0 } and ({ Hidden: > 0 } or { Router: > 0 } or { Teacher: DistillConfig.Uniform }))
            {
                problems.Add($"Training:Distill:Store is '{distill.Store}'; it keeps logits of a trained teacher alone, so that Hidden and "
                    + "Router must be 0.");
            }
        }

        if (Meta is { } meta)
        {
            AtLeast(meta.Outer == OuterLoop.FirstOrderMaml ? 0 : 1, "Meta:InnerSteps", meta.InnerSteps);
            AtLeast(1, "Meta:InnerBatch", meta.InnerBatch);
            Require(meta.InnerRate > 0 && double.IsFinite(meta.InnerRate), "Meta:InnerRate", meta.InnerRate, "be above 0");
            foreach (var (part, rate) in meta.Rates ?? new Dictionary<string, double>())
            {
                Require(rate >= 0 && double.IsFinite(rate), $"Meta:Rates:{part}", rate, "be a factor from 0, which leaves the part, up");
            }
        }

        Require(Patience <= 0 || ValidateEvery > 0, nameof(Patience), Patience, "be 0 where Training:ValidateEvery is 0");
        return problems;

        void AtLeast(int least, string key, int value) => Require(value >= least, key, value, $"be at least {least}");

        void Require(bool holds, string key, double value, string allowed)
        {
            if (!holds)
            {
                problems.Add(FormattableString.Invariant($"Training:{key} is {value}; it must {allowed}."));
            }
        }
    }
}
