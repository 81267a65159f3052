using LibMoE.Federated.Arrays;
using LibMoE.Runtime;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Federated.Members;

/// <summary>A learner in one round: it goes on where its data stood after the round before, and may be held near to where the round began
/// by μ/2·‖w − w₀‖² (FedProx).</summary>
/// <param name="learner">The learner, which is not owned.</param>
/// <param name="examples">How many of its examples were drawn before.</param>
/// <param name="steps">How many steps it made before.</param>
/// <param name="proximal">μ.</param>
/// <param name="shared">What is held.</param>
/// <param name="begin_P">w₀.</param>
internal sealed class RoundLearner(
    Learner learner, long examples, long steps, double proximal, SharedParameters shared, IReadOnlyList<Tensor> begin_P) : Learner
{
    /// <inheritdoc />
    public override nn.Module Model => learner.Model;

    /// <inheritdoc />
    public override CorpusIdentity Data => learner.Data;

    /// <inheritdoc />
    public override long HeldOutExamples => learner.HeldOutExamples;

    /// <inheritdoc />
    public override IReadOnlyList<LearnerMetric> Metrics => learner.Metrics;

    /// <inheritdoc />
    public override IReadOnlyList<MoeLayer> MoeLayers => learner.MoeLayers;

    /// <inheritdoc />
    public override MoeDeclaration? Declaration => learner.Declaration;

    /// <inheritdoc />
    public override IReadOnlyList<int> BlockNumbers => learner.BlockNumbers;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, double> Rates => learner.Rates;

    /// <inheritdoc />
    public override double TokensPerExample => learner.TokensPerExample;

    /// <inheritdoc />
    public override LearnerCost Cost => learner.Cost;

    /// <inheritdoc />
    public override IReadOnlyList<string> Groups => learner.Groups;

    /// <inheritdoc />
    public override IReadOnlyList<string> Kinds => learner.Kinds;

    /// <inheritdoc />
    public override bool ComparesGroups => learner.ComparesGroups;

    /// <inheritdoc />
    protected override bool OwnsModel => false;

    /// <inheritdoc />
    internal override LanguageModel? Blocks => learner.Blocks;

    /// <inheritdoc />
    public override Objective Learn(long position, int examplesNow, MoeContext context)
    {
        var objective = learner.Learn(
            examples + position, examplesNow,
            new MoeContext { Step = steps + context.Step, Losses = context.Losses, Reroute = context.Reroute });
        return proximal == 0
            ? objective
            : objective with { Loss = objective.Loss.Plus(shared.HalfSquaredDistance(begin_P).Times(proximal)) };
    }

    /// <inheritdoc />
    public override Scores Score(long first, int examplesNow, MoeContext context) => learner.Score(first, examplesNow, context);

    /// <inheritdoc />
    public override IReadOnlyList<MeasuredMetric> Summarize(IReadOnlyList<IReadOnlyList<double>> items) => learner.Summarize(items);

    /// <inheritdoc />
    internal override HeldOut Measure(int examplesAtMost, int batch, Ranks? ranks = null) => learner.Measure(examplesAtMost, batch, ranks);

    /// <inheritdoc />
    internal override BatchFault Examine(long position, int examplesNow, long step) =>
        learner.Examine(examples + position, examplesNow, steps + step);
}
