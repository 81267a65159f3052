using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(8, Hidden = 4), HashGate(TopK = 3, Seed = 7)]
internal sealed partial class HashedLayer;

[MoeLayer, Experts<Relu>(8, Hidden = 4), HashGate(TopK = 3, Seed = 8)]
internal sealed partial class OtherwiseHashedLayer;

[MoeLayer, Experts<Relu>(8, Hidden = 4), HashGate(TopK = 3)]
internal sealed partial class SeedlessHash;

[MoeLayer, Experts<SwiGlu>(8), HashGate(TopK = 3, Table = true, Vocabulary = 40, Learned = true, Scale = 1.5), RouterZLoss(0.1)]
internal sealed partial class TabledLayer;

[MoeLayer, Experts<Relu>(8), HashGate(TopK = 2, Table = true, Vocabulary = 12), DiversityLoss(0.1)]
internal sealed partial class TabledUnlearnedLayer;

[MoeLayer, Experts<Relu>(8), HashGate(TopK = 2, Learned = true), Capacity(1.25)]
internal sealed partial class HashedLearnedLayer;

public class HashPicksTests
{
    private const int Ids = 4000;

    [Fact]
    public void A_token_id_gets_different_experts_and_always_the_same()
    {
        using var scope = NewDisposeScope();
        using var layer = HashedLayer.Create(new MoeShape(4, Layer: 0));
        using var other = HashedLayer.Create(new MoeShape(4, Layer: 1) { Seed = 3 });
        var picks_TK = Picks(layer, arange(Ids));

        Assert.All(Enumerable.Range(0, Ids), token => Assert.Equal(3, Row(picks_TK, token).Distinct().Count()));
        Assert.Equal(Row(picks_TK, 17), Row(Picks(other, full(1, 17L)), 0));
        Assert.Equal(All(picks_TK), All(Picks(layer, arange(Ids))));
    }

    [Fact]
    public void Every_expert_gets_nearly_as_many_ids_in_every_slot()
    {
        using var scope = NewDisposeScope();
        using var layer = HashedLayer.Create(new MoeShape(4));
        var picks_TK = Picks(layer, arange(Ids));

        // A binomial count of 4000 draws at 1/8 has a standard deviation of 21; these bounds are five of them.
        foreach (var slot in Enumerable.Range(0, 3))
        {
            var counts_E = picks_TK.select(1, slot).bincount(null, minlength: 8).data<long>().ToArray();
            Assert.All(counts_E, count => Assert.InRange(count, 500 - 105, 500 + 105));
        }
    }

    [Fact]
    public void Another_seed_is_another_hash()
    {
        using var scope = NewDisposeScope();
        using var layer = HashedLayer.Create(new MoeShape(4));
        using var other = OtherwiseHashedLayer.Create(new MoeShape(4));
        var same = Picks(layer, arange(Ids))
            .select(1, 0).eq(Picks(other, arange(Ids)).select(1, 0)).to(ScalarType.Float64).mean().item<double>();

        Assert.InRange(same, 0.125 - 0.03, 0.125 + 0.03);
    }

    [Fact]
    public void Without_ids_the_position_in_the_sequence_is_hashed()
    {
        using var scope = NewDisposeScope();
        using var layer = HashedLayer.Create(new MoeShape(4));
        var byPosition = layer.forward(randn(2, 5, 4)).Routing.Experts!;
        var byId = layer.forward(randn(5, 4), new MoeContext { TokenIds = arange(5) }).Routing.Experts!;

        Assert.Equal(All(cat([byId, byId], 0)), All(byPosition));
    }

    [Fact]
    public void A_table_starts_with_the_picks_of_the_hash_and_another_one_may_be_loaded()
    {
        using var scope = NewDisposeScope();
        using var layer = TabledLayer.Create(new MoeShape(4, 3));
        using var quiet = no_grad();
        var table_VK = layer.state_dict()["router.table"];

        Assert.Equal([40L, 3], table_VK.shape);
        Assert.Equal(All(Picks(HashedLike(), arange(40))), All(table_VK.to(ScalarType.Int64)));

        table_VK[5].copy_(tensor(new float[] { 7, 1, 0 }));
        Assert.Equal([7, 1, 0], Row(Picks(layer, tensor(new long[] { 5 })), 0));

        MoeLayer HashedLike() => SeedlessHash.Create(new MoeShape(4));
    }

    [Fact]
    public void Learned_weights_are_shares_of_root_softplus_among_the_picks_of_the_table()
    {
        using var scope = NewDisposeScope();
        using var layer = TabledLayer.Create(new MoeShape(4, 3) { DType = ScalarType.Float64 });
        var x_TD = randn(1, 4, ScalarType.Float64);
        var routing = layer.forward(x_TD, new MoeContext { TokenIds = tensor(new long[] { 9 }) }).Routing;
        var logits = x_TD.matmul(layer.state_dict()["router.weight"].t())[0].data<double>().ToArray();
        double[] scores = [.. Row(routing.Experts!, 0).Select(e => Math.Sqrt(Math.Log(1 + Math.Exp(logits[e]))))];

        Assert.All(
            scores.Zip(routing.Weights.data<double>().ToArray()),
            pair => Assert.Equal(1.5 * pair.First / scores.Sum(), pair.Second, 1e-9));
    }

    [Fact]
    public void A_token_id_without_a_row_is_refused_by_the_range_of_the_table()
    {
        using var scope = NewDisposeScope();
        using var layer = TabledUnlearnedLayer.Create(new MoeShape(4, 3));
        var error = Assert.Throws<ArgumentException>(() => Picks(layer, tensor(new long[] { 3, 12 })));

        Assert.StartsWith("The gate's table has rows for the token ids 0 to 11", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_takes_its_rows_from_the_model_and_says_where_it_has_none()
    {
        var declaration = MoeVariant.Of<global::Zoo.DeepSeekV4Hash>().Declaration;
        var error = Assert.Throws<ArgumentException>(() => declaration.Check(new MoeShape(8, 4)));

        Assert.Contains("set Vocabulary on [HashGate] or in MoeShape", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            [300L, 6], declaration.Parameters(new MoeShape(8, 4) { Vocabulary = 300 }).Single(spec => spec.Name == "router.table").Shape);
    }

    [Fact]
    public void Layers_with_tables_and_learned_weights_pass_the_kit()
    {
        LayerKit.Check<TabledLayer>();
        LayerKit.Check<TabledUnlearnedLayer>();
        LayerKit.Check<HashedLearnedLayer>();
    }

    private static Tensor Picks(MoeLayer layer, Tensor ids) =>
        layer.forward(randn(ids.shape[0], 4), new MoeContext { TokenIds = ids.to(ScalarType.Int64) }).Routing.Experts!;

    private static long[] All(Tensor picks_TK) => picks_TK.reshape(-1).data<long>().ToArray();

    private static long[] Row(Tensor picks_TK, int token) => picks_TK[token].data<long>().ToArray();
}
