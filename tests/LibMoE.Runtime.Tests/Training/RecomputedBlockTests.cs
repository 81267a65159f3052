using LibMoE.Runtime.Tests.Models;
using LibMoE.Runtime.Tests.Training.Resuming;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

public class RecomputedBlockTests
{
    private static readonly ModelConfig Model = new() { Dim = 16, Layers = 3, Heads = 2, Hidden = 16, Context = 10 };
    private static readonly TrainingConfig Config = new() { Batch = 8, SequenceLength = 10, MicroBatches = 2 };
    private static readonly ByteTokens Tokens = new([.. Enumerable.Range(0, 2000).Select(i => (byte)(i * i))]);

    public static TheoryData<string> Names => ["Dense", .. Variants.Keys];

    private static readonly Dictionary<string, MoeVariant> Variants = new MoeVariant[]
    {
        MoeVariant.Of<ResumedMoe>(), MoeVariant.Of<ResumedReMoe>(), MoeVariant.Of<BatchWideLoad>(), MoeVariant.Of<RecomputedResidual>(),
        MoeVariant.Of<RecomputedStep>(),
    }.ToDictionary(variant => variant.Name);

    /// <summary>Noise in routers, dropped experts, logits handed from block to block, what a layer remembers of a step: all the
    /// same the second time.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_are_bit_for_bit_those_without_it(string name)
    {
        using var plain = LanguageModel.Create(Model, Variants.GetValueOrDefault(name), seed: 1);
        using var recomputed = LanguageModel.Create(Model, Variants.GetValueOrDefault(name), seed: 1);
        recomputed.Recompute = true;

        var expected = Train(plain);
        var actual = Train(recomputed);

        Assert.Equal(expected, actual);
        foreach (var (parameter, values) in plain.state_dict())
        {
            Assert.Equal(LanguageModelTests.Values(values), LanguageModelTests.Values(recomputed.state_dict()[parameter]));
        }
    }

    /// <summary>In a process of its own, whose allocator gives every large block back:
    /// what is kept grows with the blocks, by their inputs only.</summary>
    [SkippableFact]
    public void Less_is_kept_for_the_backward_pass()
    {
        Skip.IfNot(PeakOfBackward.IsMeasurable, "Peaks of memory are measured on Linux.");

        var (plain, recomputed) = (PeakOfBackward.InAnotherProcess("plain"), PeakOfBackward.InAnotherProcess("recomputed"));

        Assert.True(recomputed < plain / 2, $"{recomputed} KiB against {plain} KiB");
    }

    private static List<(double, double, double)> Train(LanguageModel model)
    {
        using var optimizer = new AdamW(model.named_parameters().Select(entry => (entry.name, entry.parameter)), Config);
        var step = new OptimizerStep(new SampledText(model, Sampler()), optimizer, Config);
        model.train();
        manual_seed(3);
        return [.. Enumerable.Range(0, 4)
            .Select(i => step.Run(i, 0.01)).Select(figures => (figures.Loss, figures.AuxiliaryLoss, figures.GradientNorm))];
    }

    private static BatchSampler Sampler() => new(Tokens, length: 10, batch: 8, seed: 4);
}

/// <summary>Hands its logits to the next block's layer.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), ResidualGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class RecomputedResidual;

/// <summary>Remembers the picks and the quantiles of a step's micro-batches.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SigmoidGate(TopK = 2), GlobalBatchBalance(0.1), BiasBalance(0.5, Update = BiasUpdate.Quantile)]
public sealed partial class RecomputedStep;
