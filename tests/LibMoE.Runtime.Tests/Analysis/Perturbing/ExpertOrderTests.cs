using LibMoE.Runtime.Analysis.Perturbing;
using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Analysis.Perturbing;

/// <summary>A vetoed expert works on no token of its text, a forced one on each, and texts beside it do not notice.</summary>
public sealed class ExpertOrderTests
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
        var alone = Together(model, order: null);
        var used = alone[0].SelectMany(token => token.Experts[1]).GroupBy(expert => expert).MaxBy(picks => picks.Count())!.Key;
        Assert.Contains(alone[1], token => token.Experts[1].Contains(used));

        var vetoed = Together(model, Veto(new ExpertName((int)used, Layer: 1)));

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

        var (own, routing) = Routed(model, Veto(new ExpertName(2, Layer: 1)));

        // By hand: logits without expert 2, the K largest, softmax over these.
        var logits_TE = own.Logits!.clone();
        logits_TE[TensorIndex.Colon, 2].fill_(double.NegativeInfinity);
        var (values_TK, picks_TK) = logits_TE.topk((int)own.Experts!.shape[1]);
        Assert.Equal(picks_TK.data<long>().ToArray(), routing.Experts!.data<long>().ToArray());
        if (((TopKGateAttribute)model.MoeLayers[1].Declaration.Gate).Normalize)
        {
            Assert.True((values_TK.softmax(-1) - routing.Weights).abs().max().item<float>() < 1e-6);
        }
    }

    [Fact]
    public void A_veto_of_every_layer_and_several_at_once_hold_in_every_layer()
    {
        using var model = LanguageModel.Create(Bytes, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        var experts = model.MoeLayers[0].Declaration.RoutableExperts;

        var texts = Together(model, Veto(new ExpertName(0), new ExpertName(experts - 1, Layer: 0)));

        Assert.All(texts[0], token => Assert.All(token.Experts, picks => Assert.DoesNotContain(0, picks)));
        Assert.All(texts[0], token => Assert.DoesNotContain(experts - 1, token.Experts[0]));
    }

    [Theory]
    [InlineData("99", "The veto '99' names expert 99; tokens pick among 0 to ")]
    [InlineData("7:0", "The veto '7:0' names MoE layer 7; there are 0 to 1.")]
    public void An_expert_or_layer_that_is_not_there_is_named(string veto, string message)
    {
        using var model = LanguageModel.Create(Bytes, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);

        var wrong = Assert.Single(ExpertOrders.Problems(model, Veto([.. ExpertName.TryParse(veto)!])));

        Assert.StartsWith(message, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_keeps_as_many_experts_as_a_token_picks()
    {
        using var model = LanguageModel.Create(Bytes, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        using var dense = LanguageModel.Create(Bytes, seed: 4);
        var experts = model.MoeLayers[0].Declaration.RoutableExperts;
        var all = Veto([.. Enumerable.Range(0, experts - 1).Select(expert => new ExpertName(expert))]);

        Assert.StartsWith(
            $"The vetoes leave 1 of {experts} experts in MoE layer 0", ExpertOrders.Problems(model, all)[0], StringComparison.Ordinal);
        Assert.Equal(["Dense has no experts that could be vetoed or forced."], ExpertOrders.Problems(dense, all));
    }

    public static TheoryData<MoeVariant> ForcedVariants =>
    [
        MoeVariant.Of<SoftmaxSwiGluShared>(), MoeVariant.Of<GroupedSigmoidLayer>(), MoeVariant.Of<LossFreeLayer>(),
        MoeVariant.Of<ZeroComputeLayer>(), MoeVariant.Of<HashLayer>(), MoeVariant.Of<Algorithms.TopPLayer>(),
    ];

    [Theory]
    [MemberData(nameof(ForcedVariants))]
    public void A_forced_expert_works_on_every_token_of_its_text_and_other_texts_stay_as_they_are(MoeVariant variant)
    {
        using var model = LanguageModel.Create(Bytes, variant, seed: 4);
        var alone = Together(model, order: null);
        var rare = Enumerable.Range(0, model.MoeLayers[1].Declaration.RoutableExperts)
            .MinBy(expert => alone[0].Count(token => token.Experts[1].Contains(expert)));
        Assert.Contains(alone[0], token => !token.Experts[1].Contains(rare));

        var forced = Together(model, new ExpertOrder { Forced = [new ExpertName(rare, Layer: 1)] });

        Assert.All(forced[0], token => Assert.Single(token.Experts[1], expert => expert == rare));
        Assert.Equal(alone.Skip(1).SelectMany(Ids), forced.Skip(1).SelectMany(Ids));
        static IEnumerable<int?> Ids(List<DrawnToken> text) => text.Select(token => token.Id);
    }

    [Fact]
    public void A_forced_expert_takes_the_place_of_the_last_pick_with_the_weight_of_the_gates_rule()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Bytes, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);

        var (own, routing) = Routed(model, new ExpertOrder
        {
            Vetoed = [new ExpertName(1)],
            Forced = [new ExpertName(2, Layer: 1)],
        });

        // By hand: expert 2, then the others but expert 1 by their logits; softmax over the picks' own logits.
        var ranked_TE = own.Logits!.clone();
        ranked_TE[TensorIndex.Colon, 1].fill_(double.NegativeInfinity);
        ranked_TE[TensorIndex.Colon, 2].fill_(double.PositiveInfinity);
        var (_, picks_TK) = ranked_TE.topk((int)own.Experts!.shape[1]);
        Assert.Equal(picks_TK.data<long>().ToArray(), routing.Experts!.data<long>().ToArray());
        var weights_TK = ((TopKGateAttribute)model.MoeLayers[1].Declaration.Gate).Normalize
            ? own.Logits.gather(1, picks_TK).softmax(-1)
            : own.Logits.softmax(-1).gather(1, picks_TK);
        Assert.True((weights_TK - routing.Weights).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void A_veto_changes_what_a_model_says_as_much_as_taking_the_expert_away_does()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Bytes, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        model.eval();
        using var draws = new Generator(5);
        var ids_SL = randint(0, 256, [3, 20], int64, generator: draws);
        var own = Logits(null);

        var ablated = Logits(Perturbations.Ablate(block: 1, expert: 2).On(model));
        var vetoed = Logits(ExpertOrders.Of(model, Veto(new ExpertName(2, Layer: 1))));

        Assert.NotEqual(own, ablated);
        Assert.Equal(ablated, vetoed);

        float[] Logits(Func<MoeLayer, Routing, Tensor, Picks>? disturbance)
        {
            model.Disturbance = disturbance;
            return model.forward(ids_SL, new MoeContext { Losses = false }).Logits.data<float>().ToArray();
        }
    }

    [Fact]
    public void No_expert_is_forced_where_the_gate_would_give_it_no_weight()
    {
        var order = new ExpertOrder { Forced = [new ExpertName(0, Layer: 0)] };
        foreach (var variant in new[] { MoeVariant.Of<TernaryLayer>(), MoeVariant.Of<ReluGateLayer>() })
        {
            using var model = LanguageModel.Create(Bytes, variant, seed: 4);
            Assert.Equal(
                ["No expert can be forced in MoE layer 0: its gate gives a weight to its own picks alone."],
                ExpertOrders.Problems(model, order));
        }
    }

    [Fact]
    public void No_expert_is_both_vetoed_and_forced_nor_are_more_forced_than_a_token_picks()
    {
        using var model = LanguageModel.Create(Bytes, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        var picks = ((TopKGateAttribute)model.MoeLayers[0].Declaration.Gate).TopK;
        List<ExpertName> many = [.. Enumerable.Range(0, picks + 1).Select(expert => new ExpertName(expert, Layer: 0))];

        Assert.Equal(
            ["Expert 1 of MoE layer 0 is both vetoed and forced."],
            ExpertOrders.Problems(model, new ExpertOrder { Vetoed = [new ExpertName(1, 0)], Forced = [new ExpertName(1, 0)] }));
        Assert.Equal(
            [$"{picks + 1} experts are forced in MoE layer 0, where a token picks {picks}."],
            ExpertOrders.Problems(model, new ExpertOrder { Forced = many }));
        Assert.StartsWith(
            "The forced expert '99' names expert 99; tokens pick among 0 to ",
            ExpertOrders.Problems(model, new ExpertOrder { Forced = [new ExpertName(99)] })[0], StringComparison.Ordinal);
    }

    /// <summary>What MoE layer 1 decides of 30 tokens by itself, and with an order.</summary>
    private static (Routing Own, Routing Ordered) Routed(LanguageModel model, ExpertOrder order)
    {
        model.eval();
        var layer = model.MoeLayers[1];
        using var draws = new Generator(3);
        var x_TD = randn([30, 8], generator: draws);
        var (reroute, ids_SL) = (ExpertOrders.Of(model, order), zeros([1, 30], int64));
        return (
            layer.forward(x_TD).Routing,
            layer.forward(x_TD, new MoeContext { Reroute = asked => reroute(layer, asked, ids_SL) }).Routing);
    }

    private static ExpertOrder Veto(params ExpertName[] experts) => new() { Vetoed = experts };

    /// <summary>Three texts continued together, the first with an order.</summary>
    private static List<List<DrawnToken>> Together(LanguageModel model, ExpertOrder? order)
    {
        using var batch = new ContinuousBatch(model);
        var options = new GenerationOptions { Temperature = 0, Tokens = 24 };
        List<BatchedText> texts = [.. Enumerable.Range(0, 3).Select(index =>
            new BatchedText([.. Enumerable.Range(0, 6 + index).Select(place => place * 31 + index * 7)], options)
            {
                Experts = true,
                Best = 0,
                Reroute = index == 0 && order is not null ? ExpertOrders.Of(model, order) : null,
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
