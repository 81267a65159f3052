using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>A language model on the sequences of a sampler, without held-out text; the model stays the caller's.</summary>
internal sealed class SampledText(LanguageModel model, BatchSampler sampler) : Learner
{
    public override nn.Module Model => model;

    public override IReadOnlyList<MoeLayer> MoeLayers => model.MoeLayers;

    public override CorpusIdentity Data { get; } = CorpusIdentity.Of("tokens", [0f]);

    public override long HeldOutExamples => 0;

    public override IReadOnlyList<LearnerMetric> Metrics => [LearnerMetric.Loss];

    public override Objective Learn(long position, int examples, MoeContext context)
    {
        sampler.Position = position;
        var (inputs_SL, targets_SL) = sampler.Next(examples);
        var output = model.forward(inputs_SL, context);
        return new Objective(NextTokenLoss.Mean(output.Logits, targets_SL), output.Routings);
    }

    public override Scores Score(long first, int examples, MoeContext context) => throw new NotSupportedException();

    protected override bool OwnsModel => false;
}
