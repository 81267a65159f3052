using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(8, Hidden = 4), HashGate(TopK = 3, Seed = 7)]
internal sealed partial class HashedLayer;

[MoeLayer, Experts<Relu>(8, Hidden = 4), HashGate(TopK = 3, Seed = 8)]
internal sealed partial class OtherwiseHashedLayer;

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

    private static Tensor Picks(MoeLayer layer, Tensor ids) =>
        layer.forward(randn(ids.shape[0], 4), new MoeContext { TokenIds = ids.to(ScalarType.Int64) }).Routing.Experts!;

    private static long[] All(Tensor picks_TK) => picks_TK.reshape(-1).data<long>().ToArray();

    private static long[] Row(Tensor picks_TK, int token) => picks_TK[token].data<long>().ToArray();
}
