using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Analysis.Perturbing;
using LibMoE.Runtime.Tests.Layers;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Analysis.Perturbing;

public class PerturbationTests
{
    private static readonly ModelConfig Small = new() { Dim = 8, Layers = 2, Heads = 2, Hidden = 8, Context = 12, HeadStd = 0.5 };
    private static readonly ByteTokens Tokens = new([.. Enumerable.Range(0, 256).Select(i => (byte)(i * i))]);
    private static readonly AnalysisText Text = new(["squares"], 12, [(0, Tokens, 0), (0, Tokens, 40), (0, Tokens, 90), (0, Tokens, 200)]);

    public static TheoryData<MoeVariant> PickingVariants =>
    [
        MoeVariant.Of<SoftmaxSwiGluShared>(), MoeVariant.Of<XMoeLayer>(), MoeVariant.Of<NoisyLayer>(), MoeVariant.Of<ResidualLayer>(),
        MoeVariant.Of<GroupedSoftmaxLayer>(), MoeVariant.Of<GroupedSigmoidLayer>(), MoeVariant.Of<LossFreeLayer>(),
        MoeVariant.Of<ZeroComputeLayer>(), MoeVariant.Of<BiasedLayer>(), MoeVariant.Of<MixedLayer>(), MoeVariant.Of<DroppingLayer>(),
        MoeVariant.Of<GatedSharedLayer>(), MoeVariant.Of<TernaryLayer>(), MoeVariant.Of<HashLayer>(), MoeVariant.Of<ReluGateLayer>(),
        MoeVariant.Of<Algorithms.ScaledExperts>(), MoeVariant.Of<Algorithms.SkippedNulls>(), MoeVariant.Of<Algorithms.CappedLogits>(),
        MoeVariant.Of<Algorithms.SinkhornLayer>(), MoeVariant.Of<Algorithms.InklingStyle>(), MoeVariant.Of<Algorithms.SparseMixerLayer>(),
        MoeVariant.Of<Algorithms.HashedLearnedLayer>(),
    ];

    [Theory]
    [MemberData(nameof(PickingVariants))]
    public void Asked_for_its_own_K_and_temperature_a_gates_rule_changes_nothing(MoeVariant variant)
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(variant);
        var rule = GateRule.Of(layer)!;
        var ids_SL = Ids_SL;
        var own = layer.forward(x, new MoeContext { TokenIds = ids_SL }).Routing;
        var seen = 0;

        var again = layer.forward(x, new MoeContext
        {
            TokenIds = ids_SL,
            Reroute = routing =>
            {
                seen++;
                var picks = rule.Pick(routing, ids_SL, new PickChange());
                Assert.Equal(own.Experts!.data<long>().ToArray(), picks.Experts.contiguous().data<long>().ToArray());
                return picks;
            },
        });
        Assert.Equal(1, seen);
        Assert.Equal(own.Weights.data<float>().ToArray(), again.Routing.Weights.data<float>().ToArray());

        // τ = 1 + ε goes through the formula for weights.
        var formula = layer.forward(x, new MoeContext
        {
            TokenIds = ids_SL,
            Reroute = routing => rule.Pick(
            routing, ids_SL, new PickChange(Temperature: 1 + 1e-7))
        });
        Assert.True((formula.Routing.Weights - own.Weights).abs().max().item<float>() < 2e-6);
    }

    [Fact]
    public void Dropping_the_best_expert_leaves_ranks_2_to_K_plus_1()
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(MoeVariant.Of<BiasedLayer>());
        var logits_TE = layer.forward(x).Routing.Logits!;
        var ranked_TE = logits_TE.argsort(-1, descending: true);

        var one = Rerouted(layer, x, Perturbations.DropTop(1, "DropTop1"));
        var two = Rerouted(layer, x, Perturbations.DropTop(2, "DropTop1And2"));

        Assert.Equal(Ids(ranked_TE.narrow(1, 1, 2)), Ids(one.Experts!));
        Assert.Equal(Ids(ranked_TE.narrow(1, 2, 2)), Ids(two.Experts!));
        // The gate's rule: sigmoid scores over their sum.
        var scores_TK = logits_TE.sigmoid().gather(1, one.Experts!);
        Assert.True((scores_TK / scores_TK.sum(-1, keepdim: true) - one.Weights).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Temperature_flattens_or_sharpens_the_weights_of_the_same_picks()
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(MoeVariant.Of<SoftmaxRelu>());
        var own = layer.forward(x).Routing;
        foreach (var temperature in new[] { 0.1, 10 })
        {
            var changed = Rerouted(layer, x, Perturbations.Temperature(temperature));
            Assert.Equal(Ids(own.Experts!), Ids(changed.Experts!));
            var expected = (own.Logits!.gather(1, own.Experts!) / temperature).softmax(-1);
            Assert.True((expected - changed.Weights).abs().max().item<float>() < 1e-6);
        }
    }

    [Fact]
    public void An_ablated_expert_is_never_picked_and_the_others_keep_their_order()
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(MoeVariant.Of<SoftmaxRelu>());
        var logits_TE = layer.forward(x).Routing.Logits!;

        var changed = Rerouted(layer, x, Perturbations.Ablate(block: 0, expert: 2));

        var without = logits_TE.clone();
        without.narrow(1, 2, 1).fill_(float.NegativeInfinity);
        Assert.Equal(Ids(without.argsort(-1, descending: true).narrow(1, 0, 2)), Ids(changed.Experts!));
    }

    [Fact]
    public void Another_K_random_uniform_and_equal_weights_are_what_they_say()
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(MoeVariant.Of<SoftmaxRelu>());
        var own = layer.forward(x).Routing;

        Assert.Equal(4, Rerouted(layer, x, Perturbations.TopK(4)).Experts!.shape[1]);

        var random = Rerouted(layer, x, Perturbations.Random(3)).Experts!;
        Assert.All(Enumerable.Range(0, (int)random.shape[0]), token => Assert.NotEqual(
            random[token, 0].item<long>(), random[token, 1].item<long>()));
        Assert.NotEqual(Ids(own.Experts!), Ids(random));
        Assert.Equal(Ids(random), Ids(Rerouted(layer, x, Perturbations.Random(3)).Experts!));

        // 20 tokens of 2 picks over 5 experts.
        Assert.All(Rerouted(layer, x, Perturbations.Uniform()).TokensPerExpert!.data<long>().ToArray(), count => Assert.Equal(8, count));

        var equal = Rerouted(layer, x, Perturbations.EqualWeights());
        Assert.Equal(Ids(own.Experts!), Ids(equal.Experts!));
        Assert.All(equal.Weights.data<float>().ToArray(), weight => Assert.Equal(0.5, weight, 1e-6));
    }

    [Fact]
    public void A_ternary_gate_ranks_both_signs_of_an_expert_and_none()
    {
        const int E = 4, K = 3;
        using var scope = NewDisposeScope();
        var (layer, x) = Case(MoeVariant.Of<TernaryLayer>());
        List<float[]> logits_TQ = [.. layer.forward(x).Routing.Logits!.data<float>().ToArray().Chunk(2 * E + K)];
        var signs = new HashSet<int>();

        Check(Perturbations.DropTop(1, "DropTop1"), K, dropped: 1);
        Check(Perturbations.Temperature(2), K, temperature: 2);
        Check(Perturbations.Ablate(block: 0, expert: 2), K, without: 2);
        Check(Perturbations.TopK(10), k: 10);
        Assert.Equal([-1, 0, 1], signs.Order());

        void Check(Perturbation perturbation, int k, int dropped = 0, double temperature = 1, int? without = null)
        {
            var changed = Rerouted(layer, x, perturbation);
            foreach (var (token, logits) in logits_TQ.Index())
            {
                var slots = Enumerable.Range(0, logits.Length).Where(slot => slot >= 2 * E || slot % E != without)
                    .OrderByDescending(slot => logits[slot]).Skip(dropped).Take(k).ToList();
                var p = logits.Select(logit => Math.Exp(logit / temperature)).ToArray();
                var total = slots.Where(slot => slot < 2 * E).Sum(slot => p[slot]) + p[(2 * E)..].Sum();
                foreach (var (place, slot) in slots.Index())
                {
                    var sign = slot < E ? 1 : slot < 2 * E ? -1 : 0;
                    signs.Add(sign);
                    Assert.Equal(sign == 0 ? -1 : slot % E, changed.Experts![token, place].item<long>());
                    Assert.Equal(sign * p[slot] / total, changed.Weights[token, place].item<float>(), 1e-5);
                }
            }
        }
    }

    [Fact]
    public void A_hash_gate_ranks_all_experts_for_each_token_id()
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(MoeVariant.Of<HashLayer>());
        var own = Rows(Rerouted(layer, x, Perturbations.TopK(2)).Experts!);

        var dropped = Rerouted(layer, x, Perturbations.DropTop(1, "DropTop1"));
        Assert.All(Rows(dropped.Experts!).Zip(own), pair =>
        {
            Assert.Equal(pair.Second[1], pair.First[0]);
            Assert.DoesNotContain(pair.First[1], pair.Second);
        });
        Assert.All(dropped.Weights.data<float>().ToArray(), weight => Assert.Equal(0.5f, weight));
        // The tokens of one id lose the same expert to the same other one: ids repeat after seven.
        Assert.All(Rows(dropped.Experts!).Index().Skip(7), row => Assert.Equal(Rows(dropped.Experts!)[row.Index - 7], row.Item));

        var gone = own[0][0];
        var without = Rows(Rerouted(layer, x, Perturbations.Ablate(block: 0, (int)gone)).Experts!);
        Assert.All(without.Zip(own), pair => Assert.Equal(
            pair.Second.Where(expert => expert != gone), pair.First.Take(pair.Second.Count(expert => expert != gone))));
        Assert.DoesNotContain(gone, without.SelectMany(row => row));

        var one = Rerouted(layer, x, Perturbations.TopK(1));
        Assert.Equal(own.Select(row => row[0]), Rows(one.Experts!).Select(row => row[0]));
        Assert.All(one.Weights.data<float>().ToArray(), weight => Assert.Equal(1, weight));
    }

    [Fact]
    public void A_relu_gate_has_nothing_behind_its_picks()
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(MoeVariant.Of<ReluGateLayer>());
        var own = Tokens(layer.forward(x).Routing);
        Assert.Contains(own, picks => picks.Count > 2);

        Assert.Equal(own.Select(picks => picks.Skip(1)), Tokens(Rerouted(layer, x, Perturbations.DropTop(1, "DropTop1"))));
        Assert.Equal(own.Select(picks => picks.Where(pick => pick.Expert != 3)), Tokens(
            Rerouted(layer, x, Perturbations.Ablate(block: 0, expert: 3))));
        Assert.Equal(own.Select(picks => picks.Take(2)), Tokens(Rerouted(layer, x, Perturbations.TopK(2))));

        // Experts that the gate did not pick would weigh 0: those in the picks' place take over their weights.
        foreach (var other in new[] { Perturbations.Random(3), Perturbations.Uniform() })
        {
            var changed = Tokens(Rerouted(layer, x, other));
            Assert.Equal(
                own.Select(picks => picks.Select(pick => pick.Weight)), changed.Select(picks => picks.Select(pick => pick.Weight)));
            Assert.NotEqual(own.SelectMany(picks => picks), changed.SelectMany(picks => picks));
        }

        static List<List<(long Expert, float Weight)>> Tokens(Routing routing) =>
        [
            .. Rows(routing.Experts!).Index().Select(row => row.Item.Index()
                .Where(pick => pick.Item >= 0)
                .Select(pick => (pick.Item, routing.Weights[row.Index, pick.Index].item<float>()))
                .ToList()),
        ];
    }

    [Fact]
    public void Differences_are_paired_over_sequences()
    {
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 3);

        var results = PerturbationStudy.Run(model, Text, [Perturbations.DropTop(1, "DropTop1"), Perturbations.Random(1)], batch: 3);

        using var scope = NewDisposeScope();
        model.eval();
        var ids_SM = Text.Batches(4, CPU).Single().Ids_SM;
        double[] Losses(MoeContext context) => NextTokenLoss.PerToken(
            model.forward(ids_SM.narrow(1, 0, 12), context).Logits, ids_SM.narrow(1, 1, 12))
            .to(ScalarType.Float64).mean([1]).data<double>().ToArray();
        var own = Losses(new MoeContext());
        var dropped = Losses(
            new MoeContext { Reroute = routing => new Picks(routing.Logits!.argsort(-1, descending: true).narrow(1, 1, 2)) });
        var differences = dropped.Zip(own, (with, without) => with - without).ToArray();
        Assert.Equal(["DropTop1", "Random"], results.Select(result => result.Name));
        Assert.Equal(dropped.Average(), results[0].Loss, 1e-6);
        Assert.Equal(differences.Average(), results[0].Difference, 1e-6);
        var deviation = Math.Sqrt(differences.Sum(d => Math.Pow(d - differences.Average(), 2)) / 3);
        Assert.Equal(deviation / 2, results[0].StandardError, 1e-6);
        Assert.NotEqual(0, results[1].Difference);
    }

    [Fact]
    public void A_disturbance_of_one_block_leaves_the_others_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 3);
        model.eval();
        var ids_SL = Text.Batches(4, CPU).Single().Inputs_SL;
        var own = model.forward(ids_SL).Routings;

        model.Disturbance = Perturbations.Ablate(block: 1, expert: 0).On(model);
        var changed = model.forward(ids_SL).Routings;

        Assert.Equal(Ids(own[0].Experts!), Ids(changed[0].Experts!));
        Assert.Contains(0L, Ids(own[1].Experts!));
        Assert.DoesNotContain(0L, Ids(changed[1].Experts!));
    }

    [Fact]
    public void What_a_gate_cannot_do_is_left_out()
    {
        string[] Names(MoeVariant variant)
        {
            using var model = LanguageModel.Create(Small, variant, seed: 1);
            return [.. Perturbations.Of(model).Select(perturbation => perturbation.Name).Distinct()];
        }

        Assert.Equal(
            ["DropTop1", "DropTop1And2", "Temperature", "TopK", "Random", "Uniform", "EqualWeights"], Names(MoeVariant.Of<SoftmaxRelu>()));
        Assert.Equal(["DropTop1", "Temperature", "TopK", "Random", "Uniform", "EqualWeights"], Names(MoeVariant.Of<SoftmaxGeluShared>()));
        Assert.DoesNotContain("EqualWeights", Names(MoeVariant.Of<OnePickSoftmax>()));
        Assert.Equal(["DropTop1", "DropTop1And2", "TopK", "Random", "Uniform"], Names(MoeVariant.Of<HashLayer>()));
        Assert.Equal(["DropTop1", "Temperature", "TopK", "Random", "Uniform", "EqualWeights"], Names(MoeVariant.Of<TernaryLayer>()));
        Assert.Equal(["DropTop1", "DropTop1And2", "TopK", "Random", "Uniform", "EqualWeights"], Names(MoeVariant.Of<ReluGateLayer>()));
        Assert.Empty(Names(MoeVariant.Of<SoftSlotsLayer>()));
        Assert.Empty(Names(MoeVariant.Of<ExpertChoiceLayer>()));
        using var dense = LanguageModel.Create(Small);
        Assert.Empty(Perturbations.Of(dense));
        Assert.Empty(Perturbations.Ablations(dense));
    }

    /// <summary>One group of two experts is kept, both of which are picked.</summary>
    [Fact]
    public void What_the_kept_groups_leave_no_room_for_is_left_out_with_the_reason()
    {
        using var full = LanguageModel.Create(Small, MoeVariant.Of<OneGroupLayer>(), seed: 1);
        Assert.Equal([(1.0, "TopK")], Perturbations.Of(full).Where(one => one.Name is "TopK" or "DropTop1" or "DropTop1And2").Select(
            one => (one.Value!.Value, one.Name)));
        var omitted = Perturbations.Omitted(full);
        Assert.Equal([("DropTop1", null), ("DropTop1And2", null), ("TopK", 3), ("TopK", 4)], omitted.Select(one => (one.Name, one.Value)));
        Assert.All(omitted, one => Assert.Equal(
            "OneGroupLayer keeps groups of 2 experts in all for a token, which cannot pick more than these", one.Reason));

        // Two of four groups of two: four experts for three picks.
        using var roomy = LanguageModel.Create(Small, MoeVariant.Of<GroupedSigmoidLayer>(), seed: 1);
        Assert.Equal([("DropTop1And2", null), ("TopK", 6.0)], Perturbations.Omitted(roomy).Select(one => (one.Name, one.Value)));
        Assert.Equal([1.0, 2, 4], Perturbations.Of(roomy).Where(one => one.Name == "TopK").Select(one => one.Value!.Value));
        using var free = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 1);
        Assert.Empty(Perturbations.Omitted(free));
    }

    [Fact]
    public void Every_disturbance_that_is_tried_on_groups_gives_each_token_as_many_picks_as_it_says()
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(MoeVariant.Of<GroupedSigmoidLayer>());

        Assert.Equal([60, 60, 80, 20],
            new[] { Perturbations.DropTop(1, "DropTop1"), Perturbations.Random(1), Perturbations.TopK(4), Perturbations.TopK(1) }
            .Select(perturbation => (int)Rerouted(layer, x, perturbation).Experts!.ge(0).sum().item<long>()));
    }

    [Theory]
    [MemberData(nameof(PickingVariants))]
    public void Every_disturbance_runs_on_every_picking_gate_and_keeps_no_tensor(MoeVariant variant)
    {
        using var model = LanguageModel.Create(Small, variant, seed: 1);
        IReadOnlyList<Perturbation> all = [.. Perturbations.Of(model), .. Perturbations.Ablations(model)];
        PerturbationStudy.Run(model, Text, all, batch: 4);
        var alive = LiveTensors.Count;

        var results = PerturbationStudy.Run(model, Text, all, batch: 4);

        Assert.Equal(alive, LiveTensors.Count);
        Assert.All(results, result => Assert.True(double.IsFinite(result.Loss)));
        Assert.Equal(2 * variant.Declaration.RoutableExperts, results.Count(result => result.Name == "Ablate"));
    }

    private static (MoeLayer Layer, Tensor x) Case(MoeVariant variant)
    {
        using var quiet = no_grad();
        var layer = variant.Create(new MoeShape(8, 8));
        layer.eval();
        foreach (var (name, parameter) in layer.named_parameters()
            .Where(entry => entry.name.StartsWith("router", StringComparison.Ordinal)))
        {
            using var draws = new Generator(5);
            parameter.normal_(0, 1, draws);
        }

        using var moreDraws = new Generator(6);
        layer.named_buffers().FirstOrDefault(buffer => buffer.name == "router.score_bias").buffer?.normal_(0, 0.3, moreDraws);
        using var lastDraws = new Generator(7);
        return (layer, randn([4, 5, 8], generator: lastDraws));
    }

    /// <summary>Seven ids, over and over.</summary>
    private static Tensor Ids_SL => arange(20, ScalarType.Int64).remainder(7).reshape(4, 5);

    private static Routing Rerouted(MoeLayer layer, Tensor x, Perturbation perturbation)
    {
        var ids_SL = Ids_SL;
        return layer.forward(x, new MoeContext { TokenIds = ids_SL, Reroute = own => perturbation.Reroute(layer, own, ids_SL) }).Routing;
    }

    private static long[] Ids(Tensor ids) => ids.contiguous().data<long>().ToArray();

    private static List<long[]> Rows(Tensor ids_TK) => [.. Ids(ids_TK).Chunk((int)ids_TK.shape[1])];
}
