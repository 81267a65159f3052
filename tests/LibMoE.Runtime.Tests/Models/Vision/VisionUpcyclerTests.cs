using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Vision;

public sealed class VisionUpcyclerTests
{
    [Theory]
    [InlineData("clip", nameof(FourQuick))]
    [InlineData("siglip", nameof(SixTanh))]
    public void An_upcycled_encoder_starts_at_what_the_dense_one_computes_whatever_its_routers_say(string family, string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var folder = new VisionFolder(family).Write();
        using var dense = VisionLoader.Load(folder.Path);
        var picture = Pictures.Batch(ScalarType.Float32, Pictures.Random(14, 14, 1));

        var upcycled = VisionUpcycler.Upcycle(dense.Encoder, Variant(name));
        using var mixture = upcycled.Part;
        foreach (var router in mixture.named_parameters().Where(entry => entry.name.Contains("router")))
        {
            using var draws = new Generator(4);
            router.parameter.normal_(0, 3, draws);
        }

        Assert.True(upcycled.Exact);
        Assert.Equal(3, mixture.MoeLayers.Count);
        Near(dense.Encoder.forward(picture).Features, mixture.forward(picture).Features, 1e-5);
    }

    [Fact]
    public void An_upcycled_connector_starts_at_what_the_dense_one_computes()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var dense = Connector.Create(new ConnectorConfig { Input = 24, Hidden = 32, Output = 20 }, seed: 3);
        Disturb(dense);
        var features = rand([2, 9, 24]);

        var upcycled = VisionUpcycler.Upcycle(dense, MoeVariant.Of<SixGelu>());
        using var mixture = upcycled.Part;
        using var draws = new Generator(4);
        mixture.state_dict()["ffn.router.weight"].normal_(0, 3, draws);

        Assert.True(upcycled.Exact);
        var output = mixture.forward(features, MoeContext.None);
        Assert.Single(output.Routings);
        Near(dense.forward(features, MoeContext.None).Features, output.Features, 1e-5);
    }

    [Fact]
    public void A_changed_expert_is_noticed()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var dense = Connector.Create(new ConnectorConfig { Input = 24, Hidden = 32, Output = 20 }, seed: 3);
        Disturb(dense);
        using var mixture = VisionUpcycler.Upcycle(dense, MoeVariant.Of<SixGelu>()).Part;
        mixture.state_dict()["ffn.experts.down_bias"].add_(0.01);
        var features = rand([2, 9, 24]);

        Assert.Throws<Xunit.Sdk.InRangeException>(
            () => Near(dense.forward(features, MoeContext.None).Features, mixture.forward(features, MoeContext.None).Features, 1e-5));
    }

    [Fact]
    public void What_cannot_hold_the_dense_FFN_is_refused_with_what_would_do()
    {
        using var scope = NewDisposeScope();
        using var folder = new VisionFolder("clip").Write();
        using var dense = VisionLoader.Load(folder.Path);

        Assert.Contains("declare Experts<QuickGelu>", Problem(MoeVariant.Of<SixGelu>()));
        Assert.Contains("declare the experts with Bias = true", Problem(MoeVariant.Of<FourQuickWithoutBias>()));

        string Problem(MoeVariant variant) =>
            Assert.Throws<ConfigurationException>(() => VisionUpcycler.Upcycle(dense.Encoder, variant)).Message;
    }

    [Fact]
    public void Shared_experts_have_no_biases_and_are_reported_as_not_exact()
    {
        using var scope = NewDisposeScope();
        using var folder = new VisionFolder("clip").Write();
        using var dense = VisionLoader.Load(folder.Path);

        var upcycled = VisionUpcycler.Upcycle(dense.Encoder, MoeVariant.Of<SharedQuick>());

        using var mixture = upcycled.Part;
        Assert.False(upcycled.Exact);
        Assert.Contains("shared experts, which have no biases", upcycled.Report[^1]);
    }

    [Fact]
    public void Only_the_named_blocks_become_mixtures()
    {
        using var scope = NewDisposeScope();
        using var folder = new VisionFolder("clip").Write();
        using var dense = VisionLoader.Load(folder.Path);

        using var mixture = VisionUpcycler.Upcycle(dense.Encoder, MoeVariant.Of<FourQuick>(), new UpcyclingOptions { Blocks = [1] }).Part;

        Assert.Single(mixture.MoeLayers);
        Assert.Contains("blocks.0.ffn.up", mixture.state_dict().Keys);
        Assert.Contains("blocks.1.ffn.experts.up", mixture.state_dict().Keys);
    }

    /// <summary>Biases start at 0, which would hide them.</summary>
    internal static void Disturb(nn.Module module)
    {
        using var quiet = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            using var draws = new Generator((ulong)name.Length);
            parameter.add_(randn(parameter.shape, parameter.dtype, generator: draws) * 0.2);
        }
    }

    private static MoeVariant Variant(string name) => name == nameof(SixTanh) ? MoeVariant.Of<SixTanh>() : MoeVariant.Of<FourQuick>();

    private static void Near(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.True(expected.abs().max().item<float>() > 0.1, "Values of nearly 0 would show nothing.");
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, tolerance);
    }
}
