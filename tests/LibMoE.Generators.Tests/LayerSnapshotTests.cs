using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests;

/// <summary>The text of generated layers: one snapshot for each gate, and for each kind of part around it.</summary>
public class LayerSnapshotTests
{
    [Fact]
    public Task Softmax() =>
        AssertMatches("Experts<SwiGlu>(8, Hidden = 352), SoftmaxGate(TopK = 2), SwitchBalance(0.01), RouterZLoss(0.001)");

    [Fact]
    public Task SingleUnnormalisedPick() =>
        AssertMatches("Experts<Relu>(8), SoftmaxGate(TopK = 1, Normalize = false, Jitter = 0.01), SwitchBalance(0.01)");

    [Fact]
    public Task Sigmoid() => AssertMatches("Experts<Relu>(66, Hidden = 128), SigmoidGate(TopK = 8), SequenceBalance(0.01)");

    [Fact]
    public Task GroupsAndBias() =>
        AssertMatches("Experts<SwiGlu>(64), SigmoidGate(TopK = 8, Groups = 8, TopGroups = 4, Scale = 2.5), BiasBalance(0.001), "
            + "SequenceBalance(0.0001)");

    [Fact]
    public Task Cosine() => AssertMatches("Experts<Gelu>(4), CosineGate(Temperature = 0.7, LearnTemperature = true), SwitchBalance(0.01)");

    [Fact]
    public Task PerturbedCosine() => AssertMatches("Experts<SwiGlu>(4), PerturbedCosineGate(Noise = 0.01), SwitchBalance(0.01)");

    [Fact]
    public Task XMoe() => AssertMatches("Experts<Relu>(4), XMoeGate(projection: 2), Top1Balance(0.01)");

    [Fact]
    public Task Hyper() => AssertMatches("Experts<SwiGlu>(4), HyperGate(embedding: 128), SwitchBalance(0.01)");

    [Fact]
    public Task NoisyTopK() => AssertMatches("Experts<Relu>(8), NoisyTopKGate, ImportanceBalance(0.1), LoadBalance(0.1)");

    [Fact]
    public Task ReluRouting() => AssertMatches("Experts<SwiGlu>(8), ReluGate(target: 0.75)");

    [Fact]
    public Task Ternary() => AssertMatches("Experts<SwiGlu>(8), TernaryGate(TopK = 2), SwitchBalance(0.01)");

    [Fact]
    public Task Residual() =>
        AssertMatches(
            "Experts<SwiGlu>(8), Experts<Zero>(1), Experts<Copy>(1), Experts<Constant>(2), ResidualGate, HeterogeneousBalance(0.01)");

    [Fact]
    public Task ExpertChoice() => AssertMatches("Experts<SwiGlu>(8), ExpertChoiceGate(capacityFactor: 2)");

    [Fact]
    public Task Hash() => AssertMatches("Experts<Relu>(8), HashGate(Seed = 17)");

    [Fact]
    public Task SoftSlots() => AssertMatches("Experts<Gelu>(8), SoftSlotsGate(perExpert: 4), EntropyBalance(0.01, Over = Over.Batch)");

    [Fact]
    public Task Shared() =>
        AssertMatches("SharedExperts<SwiGlu>(2, Hidden = 176, Scale = 0.5), Experts<SwiGlu>(62, Hidden = 176), SoftmaxGate(TopK = 6)");

    [Fact]
    public Task MixedExperts() =>
        AssertMatches("Experts<Relu>(4, Hidden = 64, Bias = true), Experts<SwiGlu>(4, Hidden = 32), SoftmaxGate, DiversityLoss(0.1), "
            + "ExpertDropout(0.1)");

    [Fact]
    public Task CapacityWithPadding() => AssertMatches("Experts<GeGlu>(8), SoftmaxGate, Capacity(1.25, Overflow = Overflow.Pad)");

    [Fact]
    public Task ClampedSwiGlu() => AssertMatches(
        "Experts<SwiGlu>(32, Limit = 7, Slope = 1.702, UpOffset = 1, Bias = true), SoftmaxGate(TopK = 4, RouterBias = true), "
        + "SharedExperts<SwiGlu>(1, Limit = 16, ClampAfterActivation = true, Bias = true)");

    [Fact]
    public Task KindsThatSaturate() => AssertMatches("Experts<SiTu>(8, Bias = true), Experts<GeGluTanh>(4), SoftmaxGate(TopK = 2)");

    [Fact]
    public Task SqrtSoftplus() =>
        AssertMatches("Experts<SwiGlu>(8, Limit = 10), SqrtSoftplusGate(TopK = 6, Scale = 1.5), BiasBalance(0.001)");

    [Fact]
    public Task LatentExperts() =>
        AssertMatches("Experts<ReluSquared>(8), LatentExperts(4), SharedExperts<ReluSquared>(1), SigmoidGate(TopK = 2)");

    [Fact]
    public Task LatentExpertsWithNorm() =>
        AssertMatches(
            "Experts<SiTu>(8, Bias = true), Experts<Mine.Scaled>(2), LatentExperts(4, Norm = true), SoftmaxGate, DiversityLoss(0.1)");

    [Fact]
    public Task PicksOfEachGroup() =>
        AssertMatches("Experts<SwiGlu>(64), SoftmaxGate(TopK = 8, Groups = 8, PicksPerGroup = 1, Normalize = false)");

    [Fact]
    public Task GroupsByTheirSum() =>
        AssertMatches("Experts<SwiGlu>(8), SoftmaxGate(Groups = 4, TopGroups = 2, GroupValue = GroupValue.Sum), BiasBalance(0.001)");

    [Fact]
    public Task GlobalBatch() => AssertMatches("Experts<SwiGlu>(8), SigmoidGate(TopK = 2), GlobalBatchBalance(0.001)");

    [Fact]
    public Task BiasInProportion() => AssertMatches(
        "Experts<SwiGlu>(8), Experts<Copy>(2), SoftmaxGate(TopK = 2, Normalize = false), "
        + "BiasBalance(0.001, Update = BiasUpdate.Proportional, Centered = true, FeedForwardOnly = true, FreezeAfter = 1000)");

    [Fact]
    public Task BiasByQuantiles() =>
        AssertMatches("Experts<SwiGlu>(8), SigmoidGate(TopK = 2), BiasBalance(1, Update = BiasUpdate.Quantile)");

    [Fact]
    public Task WeightsOnTheInput() => AssertMatches(
        "Experts<SwiGlu>(8, Bias = true), Experts<Copy>(1), SharedExperts<SwiGlu>(1), "
        + "SigmoidGate(TopK = 1, Normalize = false, WeighInput = true), Capacity(1.25, By = CapacityBy.Probability)");

    [Fact]
    public Task ScaleOfEachExpert() =>
        AssertMatches("Experts<GeGluTanh>(8), SoftmaxGate(TopK = 2, ExpertScale = true, LogitCap = 30, RouterBias = true)");

    [Fact]
    public Task SharedInRouterSum() => AssertMatches(
        "Experts<SwiGlu>(8), SharedExperts<SwiGlu>(2, Hidden = 4, InRouterSum = true, Bias = true), SigmoidGate(Scale = 8), "
        + "BiasBalance(0.001)");

    [Fact]
    public Task SharedMixed() => AssertMatches("Experts<SwiGlu>(8), SharedExperts<SwiGlu>(1, Mixed = true), SoftmaxGate");

    [Fact]
    public Task HashTable() =>
        AssertMatches("Experts<SwiGlu>(8), HashGate(TopK = 2, Table = true, Vocabulary = 50, Learned = true, Scale = 1.5)");

    [Fact]
    public Task TopP() => AssertMatches("Experts<SwiGlu>(8), TopPGate(0.4, Entropy = 0.0001), SwitchBalance(0.01)");

    [Fact]
    public Task Threshold() => AssertMatches("Experts<SwiGlu>(8), ThresholdGate, SwitchBalance(0.01)");

    [Fact]
    public Task SkippedZero() =>
        AssertMatches("Experts<SwiGlu>(8), Experts<Zero>(4), SoftmaxGate(TopK = 3, SkipZero = true), SwitchBalance(0.01)");

    [Fact]
    public Task SparseMixer() => AssertMatches("Experts<SwiGlu>(8), SparseMixerGate, SwitchBalance(0.01)");

    [Fact]
    public Task Sinkhorn() => AssertMatches("Experts<SwiGlu>(8), SoftmaxGate(Sinkhorn = true, Normalize = false)");

    [Fact]
    public Task CustomParts() => Snap.Match(
        GeneratorRun.Of(
            TestSource.Layer("Experts<Mine.Scaled>(4), Mine.TemperedGate(0.5, TopK = 2, Slope = Mine.Slope.Steep), Mine.Spread(0.1)"),
            CustomSource.Parts),
        ["Demo.Smoe", "Demo.Smoe.Declaration"]);

    [Fact]
    public Task Vary() => Snap.Match(
        GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(8), SoftmaxGate(TopK = 2), Vary(nameof(SoftmaxGateAttribute.TopK), 2, 4)")),
        ["Demo.Smoe_TopK4", "Demo.Smoe_TopK4.Declaration"]);

    private static Task AssertMatches(string attributes, [System.Runtime.CompilerServices.CallerMemberName] string method = "") =>
        Snap.Match(Run(TestSource.Layer(attributes), attributes), ["Demo.Smoe", "Demo.Smoe.Declaration"], method);

    private static GeneratorRun Run(string source, string attributes) =>
        attributes.Contains("Mine.", StringComparison.Ordinal) ? GeneratorRun.Of(source, CustomSource.Parts) : GeneratorRun.Of(source);
}
