using LibMoE.Runtime.Models.Merging;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Merging;

/// <summary>Dense models of mixtures, against mixtures that are one by construction and against plain sums.</summary>
public sealed class MergerTests
{
    private static readonly ModelConfig Small = new() { Vocabulary = 11, Dim = 12, Layers = 2, Heads = 2, Hidden = 24, Context = 8 };

    private static readonly ModelConfig Biased = Small with { Activation = Activation.Gelu, FeedForwardBias = true };

    public static TheoryData<string> Mixtures => new(nameof(MergedAll), nameof(MergedBiases), nameof(MergedShared));

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void All_experts_side_by_side_compute_what_a_mixture_does_that_weighs_each_token_alike(string name)
    {
        using var scope = NewDisposeScope();
        using var mixture = Unrouted(name, name == nameof(MergedBiases) ? Biased : Small);
        var ids_SL = Ids();

        using var dense = Merger.Merge(mixture, MergeKind.Concatenate, ids_SL).Model;

        Assert.Null(dense.Variant);
        AssertEqualLogits(mixture, dense, ids_SL);
    }

    [Fact]
    public void Blocks_without_experts_keep_their_FFN_and_narrower_ones_are_filled_with_units_that_give_nothing()
    {
        using var scope = NewDisposeScope();
        var ids_SL = Ids();
        using var wide = Unrouted(nameof(MergedAll), Small with { MoeBlocks = [1] });
        using var narrow = Unrouted(nameof(MergedAll), Small with { MoeBlocks = [1], Hidden = 40 });

        using var wider = Merger.Merge(wide, MergeKind.Concatenate, ids_SL).Model;
        using var wideEnough = Merger.Merge(narrow, MergeKind.Concatenate, ids_SL).Model;

        Assert.Equal((32, 40), (wider.Config.Hidden, wideEnough.Config.Hidden));
        AssertEqualLogits(wide, wider, ids_SL);
        AssertEqualLogits(narrow, wideEnough, ids_SL);
    }

    [Fact]
    public void The_mean_of_experts_that_are_copies_is_what_they_were_copied_from()
    {
        using var scope = NewDisposeScope();
        var ids_SL = Ids();
        using var dense = LanguageModel.Create(Small, seed: 3, dtype: ScalarType.Float64);
        using var mixture = Upcycler.Upcycle(dense, MoeVariant.Of<MergedPicks>()).Model;

        using var merged = Merger.Merge(mixture, MergeKind.Average, ids_SL).Model;

        AssertEqualLogits(dense, merged, ids_SL);
    }

    [Fact]
    public void Experts_count_by_the_mean_of_the_weights_that_tokens_give_them()
    {
        using var scope = NewDisposeScope();
        using var mixture = LanguageModel.Create(Small, MoeVariant.Of<MergedPicks>(), seed: 4, dtype: ScalarType.Float64);
        mixture.eval();
        var ids_SL = Ids();
        var routing = mixture.forward(ids_SL, MoeContext.None).Routings[1];

        var share_E = ExpertShares.Of(mixture, ids_SL)[1];

        var (experts, weights) = (routing.Experts!.data<long>().ToArray(), routing.Weights.data<double>().ToArray());
        for (var expert = 0; expert < 4; expert++)
        {
            var given = experts.Zip(weights).Where(pick => pick.First == expert).Sum(pick => pick.Second);
            Assert.Equal(given / ids_SL.numel(), share_E[expert], 12);
        }

        Assert.Equal(1, share_E.Sum(), 12);
    }

    [Fact]
    public void The_most_used_stand_side_by_side_and_together_give_what_all_give()
    {
        double[] share_E = [0.1, 0.5, 0.15, 0.25];

        Assert.Equal([(1, 0.5 / 0.75), (3, 0.25 / 0.75)], new ExpertMerger(MergeKind.Concatenate, share_E, 2, 1).Factors());
        Assert.Equal(
            [1, 3, 2, 0], new ExpertMerger(MergeKind.Average, share_E, 2, 1).Factors().Select(one => one.Expert));
    }

    [Fact]
    public void Matrices_are_averaged_by_shares_and_the_output_keeps_its_sum()
    {
        using var scope = NewDisposeScope();
        double[] share_E = [0.5, 1.5];
        var layer = new Dictionary<string, Tensor>
        {
            ["experts.up"] = tensor(new double[] { 1, 2, 5, 6 }, [2, 1, 2]),
            ["experts.down"] = tensor(new double[] { 10, 20, 30, 40 }, [2, 2, 1]),
        };

        var merged = new ExpertMerger(MergeKind.Average, share_E, 1, 1).Merge(layer);

        Assert.Equal([4.0, 5.0], merged["up"].data<double>());
        Assert.Equal([0.5 * 10 + 1.5 * 30, 0.5 * 20 + 1.5 * 40], merged["down"].data<double>());
    }

    [Theory]
    [InlineData(nameof(MergedGroups), "has 2 groups of experts")]
    [InlineData(nameof(MergedOtherKind), "declares Relu experts without biases, but dense FFNs of this model are SwiGlu without")]
    [InlineData(nameof(MergedGated), "shared experts are weighed anew for each token")]
    public void What_no_dense_FFN_can_be_is_refused(string name, string why)
    {
        using var scope = NewDisposeScope();
        using var mixture = LanguageModel.Create(Small, Variant(name));

        Assert.Contains(why, Refused(mixture), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dense_model_and_more_experts_than_there_are_are_refused()
    {
        using var scope = NewDisposeScope();
        using var dense = LanguageModel.Create(Small);
        using var mixture = LanguageModel.Create(Small, MoeVariant.Of<MergedPicks>());

        Assert.Equal("Only a mixture can be merged; this model is dense.", Refused(dense));
        Assert.Equal("Merging:Experts is 5; it must be from 1 to 4, the experts of a layer.", Refused(mixture, experts: 5));
    }

    [Fact]
    public void Merging_keeps_no_tensor_but_the_model()
    {
        using var scope = NewDisposeScope();
        using var mixture = LanguageModel.Create(Small, MoeVariant.Of<MergedPicks>());
        var ids_SL = Ids();
        Merger.Merge(mixture, MergeKind.Concatenate, ids_SL).Model.Dispose();
        var before = LiveTensors.Count;

        Merger.Merge(mixture, MergeKind.Concatenate, ids_SL).Model.Dispose();

        Assert.Equal(before, LiveTensors.Count);
    }

    private static string Refused(LanguageModel model, int? experts = null) =>
        Assert.Throws<ConfigurationException>(() => Merger.Merge(model, MergeKind.Concatenate, Ids(), experts)).Message;

    private static Tensor Ids() => tensor(Enumerable.Range(0, 40).Select(place => place * 7L % 11).ToArray(), [5, 8]);

    private static MoeVariant Variant(string name) => name switch
    {
        nameof(MergedAll) => MoeVariant.Of<MergedAll>(),
        nameof(MergedBiases) => MoeVariant.Of<MergedBiases>(),
        nameof(MergedShared) => MoeVariant.Of<MergedShared>(),
        nameof(MergedGroups) => MoeVariant.Of<MergedGroups>(),
        nameof(MergedOtherKind) => MoeVariant.Of<MergedOtherKind>(),
        _ => MoeVariant.Of<MergedGated>(),
    };

    /// <summary>A mixture whose routers say nothing, so that each of all experts weighs the same; parameters are large enough to
    /// matter.</summary>
    private static LanguageModel Unrouted(string name, ModelConfig config)
    {
        var mixture = LanguageModel.Create(config, Variant(name), seed: 2, dtype: ScalarType.Float64);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (parameter, value) in mixture.state_dict())
        {
            if (parameter.Contains("router", StringComparison.Ordinal))
            {
                value.zero_();
            }
            else if (parameter.Contains("ffn", StringComparison.Ordinal))
            {
                value.copy_(randn(value.shape, ScalarType.Float64));
            }
        }

        mixture.eval();
        return mixture;
    }

    private static void AssertEqualLogits(LanguageModel expected, LanguageModel made, Tensor ids_SL)
    {
        using var quiet = no_grad();
        expected.eval();
        made.eval();
        double[] Logits(LanguageModel model) => [.. model.forward(ids_SL).Logits.data<double>()];
        Assert.All(Logits(expected).Zip(Logits(made)), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
    }
}
