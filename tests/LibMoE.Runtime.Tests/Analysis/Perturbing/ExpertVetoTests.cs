using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Analysis.Perturbing;

/// <summary>A vetoed expert works on no token of its text, and texts beside it do not notice.</summary>
public sealed class ExpertVetoTests
{
    private static readonly ModelConfig Bytes = new()
    {
        Dim = 8,
        Layers = 2,
        Heads = 2,
        Hidden = 8,
        Context = 60,
        EmbeddingStd = 1,
        HeadStd = 0.5,
        RouterStd = 1,
    };

    public static TheoryData<MoeVariant> Variants =>
    [
        MoeVariant.Of<SoftmaxSwiGluShared>(), MoeVariant.Of<GroupedSigmoidLayer>(), MoeVariant.Of<LossFreeLayer>(),
        MoeVariant.Of<ZeroComputeLayer>(), MoeVariant.Of<TernaryLayer>(), MoeVariant.Of<HashLayer>(), MoeVariant.Of<ReluGateLayer>(),
        MoeVariant.Of<Algorithms.SkippedNulls>(), MoeVariant.Of<Algorithms.TopPLayer>(),
    ];

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_vetoed_expert_is_picked_for_no_token_of_its_text_and_other_texts_stay_as_they_are(MoeVariant variant)
    {
        using var model = LanguageModel.Create(Bytes, variant, seed: 4);
        var alone = Together(model, veto: null);
        var used = alone[0].SelectMany(token => token.Experts[1]).GroupBy(expert => expert).MaxBy(picks => picks.Count())!.Key;
        Assert.Contains(alone[1], token => token.Experts[1].Contains(used));

        var vetoed = Together(model, [new ExpertVeto((int)used, Layer: 1)]);

        Assert.All(vetoed[0], token => Assert.DoesNotContain(used, token.Experts[1]));
        foreach (var (before, after) in alone.Skip(1).Zip(vetoed.Skip(1)))
        {
            Assert.Equal(before.Select(token => token.Id), after.Select(token => token.Id));
            Assert.All(before.Zip(after), pair => Assert.Equal(pair.First.LogProbability!.Value, pair.Second.LogProbability!.Value, 1e-5));
            Assert.All(before.Zip(after), pair => Assert.Equal(pair.First.Experts[1], pair.Second.Experts[1]));
        }
    }

    [Fact]
    public void The_next_rank_takes_the_place_and_weights_follow_the_gates_rule()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Bytes, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        model.eval();
        var layer = model.MoeLayers[1];
        using var draws = new Generator(3);
        var x_TD = randn([30, 8], generator: draws);
        var own = layer.forward(x_TD).Routing;
        var k = own.Experts!.shape[1];
        var vetoes = ExpertVetoes.Of(model, [new ExpertVeto(2, Layer: 1)]);
        var ids_SL = zeros([1, 30], int64);

        var routing = layer.forward(x_TD, new MoeContext { Reroute = asked => vetoes(layer, asked, ids_SL) }).Routing;

        // By hand: logits without expert 2, the K largest, softmax over these.
        var logits_TE = own.Logits!.clone();
        logits_TE[TensorIndex.Colon, 2].fill_(double.NegativeInfinity);
        var (values_TK, picks_TK) = logits_TE.topk((int)k);
        Assert.Equal(picks_TK.data<long>().ToArray(), routing.Experts!.data<long>().ToArray());
        if (((TopKGateAttribute)layer.Declaration.Gate).Normalize)
        {
            Assert.True((values_TK.softmax(-1) - routing.Weights).abs().max().item<float>() < 1e-6);
        }
    }

    [Fact]
    public void A_veto_of_every_layer_and_several_at_once_hold_in_every_layer()
    {
        using var model = LanguageModel.Create(Bytes, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        var experts = model.MoeLayers[0].Declaration.RoutableExperts;

        var texts = Together(model, [new ExpertVeto(0), new ExpertVeto(experts - 1, Layer: 0)]);

        Assert.All(texts[0], token => Assert.All(token.Experts, picks => Assert.DoesNotContain(0, picks)));
        Assert.All(texts[0], token => Assert.DoesNotContain(experts - 1, token.Experts[0]));
    }

    [Theory]
    [InlineData("99", "The veto '99' names expert 99; tokens pick among 0 to ")]
    [InlineData("7:0", "The veto '7:0' names MoE layer 7; there are 0 to 1.")]
    public void An_expert_or_layer_that_is_not_there_is_named(string veto, string message)
    {
        using var model = LanguageModel.Create(Bytes, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        var numbers = veto.Split(':').Select(int.Parse).ToList();

        var wrong = Assert.Single(ExpertVetoes.Problems(model, [new ExpertVeto(numbers[^1], numbers.Count > 1 ? numbers[0] : null)]));

        Assert.StartsWith(message, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_keeps_as_many_experts_as_a_token_picks()
    {
        using var model = LanguageModel.Create(Bytes, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        using var dense = LanguageModel.Create(Bytes, seed: 4);
        var experts = model.MoeLayers[0].Declaration.RoutableExperts;
        List<ExpertVeto> all = [.. Enumerable.Range(0, experts - 1).Select(expert => new ExpertVeto(expert))];

        Assert.StartsWith(
            $"The vetoes leave 1 of {experts} experts in MoE layer 0", ExpertVetoes.Problems(model, all)[0], StringComparison.Ordinal);
        Assert.Equal(["Dense has no experts that could be vetoed."], ExpertVetoes.Problems(dense, all));
    }

    /// <summary>Three texts continued together, the first with vetoes.</summary>
    private static List<List<DrawnToken>> Together(LanguageModel model, IReadOnlyList<ExpertVeto>? veto)
    {
        using var batch = new ContinuousBatch(model);
        var options = new GenerationOptions { Temperature = 0, Tokens = 24 };
        List<BatchedText> texts = [.. Enumerable.Range(0, 3).Select(index =>
            new BatchedText([.. Enumerable.Range(0, 6 + index).Select(place => place * 31 + index * 7)], options)
            {
                Experts = true,
                Best = 0,
                Reroute = index == 0 && veto is not null ? ExpertVetoes.Of(model, veto) : null,
            })];
        texts.ForEach(batch.Add);
        var all = new List<DrawnToken>();
        while (!batch.IsEmpty)
        {
            all.AddRange(batch.Step());
        }

        return [.. texts.Select(text => all.Where(token => token.Text == text && token.Id is not null).ToList())];
    }
}
