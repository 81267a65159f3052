using LibMoE.Runtime;
using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

public sealed class MyGateTests
{
    /// <summary>Output, routing, losses and gradients against plain float64 loops; masks, permutations, replays, files.</summary>
    [Fact]
    public void A_layer_with_the_gate_does_what_it_declares() => LayerKit.Check<MyMoe>();

    [Fact]
    public void A_token_at_a_centre_goes_to_that_expert()
    {
        using var scope = NewDisposeScope();
        var layer = MyMoe.Create(new MoeShape(Dim: 16));
        var centres_ED = layer.get_parameter("router.centres")!.detach();

        var picks_TK = layer.forward(centres_ED).Routing.Experts!;

        Assert.Equal(Enumerable.Range(0, 8).Select(e => (long)e), picks_TK.select(1, 0).data<long>().ToArray());
    }
}
