using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Upcycling;

public sealed class UpcyclerTests
{
    private static readonly ModelConfig Config =
        new() { Dim = 16, Layers = 3, Heads = 2, Hidden = 12, Context = 24, MatrixStd = 0.3, EmbeddingStd = 1, HeadStd = 0.3 };

    public static TheoryData<string> ExactVariants =>
        new(nameof(FourTop1), nameof(FourTop2), nameof(EightTop1), nameof(EightTop2), nameof(EightSigmoid), nameof(WithShared),
            nameof(WithSharedHalves), nameof(WithSharedGate), nameof(WithSharedMix), nameof(WithExpertScale));

    [Theory, MemberData(nameof(ExactVariants))]
    public void Copies_with_weights_that_sum_to_one_compute_what_the_dense_model_did_whatever_the_router_says(string name)
    {
        var (difference, exact) = Difference(name, new UpcyclingOptions());

        Assert.True(exact);
        Assert.InRange(difference, 0, 1e-5);
    }

    [Theory]
    [InlineData(nameof(EightPieces))]
    [InlineData(nameof(EightPiecesTop4))]
    public void Pieces_of_the_dense_FFN_that_are_picked_together_add_up_to_it(string name)
    {
        var (difference, exact) = Difference(name, new UpcyclingOptions { Split = 2 }, shakeRouters: false);

        Assert.True(exact);
        Assert.InRange(difference, 0, 1e-4);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("mistral")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("phi3")]
    public void Every_dense_architecture_can_be_upcycled(string family)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var folder = new HuggingFaceFolder(family).Write();
        using var dense = ModelLoader.Load(folder.Path, []);

        using var mixture = Upcycler.Upcycle(dense.Model, Variant(nameof(EightTop2))).Model;

        HuggingFaceImportTests.SameLogits(folder.Path, mixture, 1e-5);
    }

    [Fact]
    public void Pieces_that_a_router_can_tell_apart_are_reported_as_not_exact() =>
        Assert.False(Difference(nameof(ResidualPieces), new UpcyclingOptions { Split = 2 }, shakeRouters: false).Exact);

    [Theory]
    [InlineData(nameof(Unnormalised))]
    [InlineData(nameof(UnnormalisedSigmoid))]
    [InlineData(nameof(WithSharedInSum))]
    [InlineData(nameof(WithWeighedInput))]
    public void Weights_that_do_not_sum_to_one_on_the_output_are_reported_as_not_exact(string name)
    {
        var (difference, exact) = Difference(name, new UpcyclingOptions());

        Assert.False(exact);
        Assert.True(difference > 1e-2, $"the difference is {difference}");
    }

    [Fact]
    public void Only_the_chosen_blocks_become_mixtures()
    {
        using var scope = NewDisposeScope();
        using var dense = Dense(Config);
        var upcycled = Upcycler.Upcycle(dense, Variant(nameof(EightTop2)), new UpcyclingOptions { Blocks = [1] });

        Assert.Single(upcycled.Model.MoeLayers);
        Assert.True(upcycled.Model.state_dict().ContainsKey("blocks.1.ffn.router.weight"));
        Assert.True(upcycled.Model.state_dict().ContainsKey("blocks.0.ffn.gate_up"));
    }

    [Fact]
    public void Drop_upcycling_draws_the_stated_share_of_each_experts_units_anew()
    {
        using var scope = NewDisposeScope();
        using var dense = Dense(Config);
        var upcycled = Upcycler.Upcycle(dense, Variant(nameof(EightTop2)), new UpcyclingOptions { DropFraction = 0.25 });
        var down_HD = dense.state_dict()["blocks.0.ffn.down"];
        var downs_FHD = upcycled.Model.state_dict()["blocks.0.ffn.experts.down"];

        for (var expert = 0; expert < 8; expert++)
        {
            var kept = downs_FHD[expert].eq(down_HD).all(1).sum().item<long>();
            Assert.Equal(9, kept);
        }

        Assert.False(upcycled.Exact);
        Assert.NotEqual(0, (downs_FHD[0] - downs_FHD[1]).abs().max().item<float>());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Every_way_of_upcycling_keeps_the_number_type_of_the_dense_model(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var dense = Dense(Config, type);
        foreach (var (name, options) in new (string, UpcyclingOptions)[]
        {
            (nameof(EightTop2), new UpcyclingOptions { DropFraction = 0.5, Noise = 0.1 }),
            (nameof(EightTop2), new UpcyclingOptions { Router = RouterStart.Clusters, RouterStd = 0.1 }),
            (nameof(EightPieces), new UpcyclingOptions { Split = 2, DropFraction = 0.5 }),
            (nameof(WithSharedGate), new UpcyclingOptions { DropFraction = 1 }),
        })
        {
            var upcycled = Upcycler.Upcycle(dense, Variant(name), options, Ids(4, 24));

            var state = upcycled.Model.state_dict();
            Assert.All(state.Where(entry => entry.Key.Contains(".experts.", StringComparison.Ordinal)), entry => Assert.Equal(
                type, entry.Value.dtype));
            Assert.All(state, entry => Assert.True(isfinite(entry.Value).all().item<bool>(), entry.Key));
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Units_drawn_anew_have_the_mean_and_deviation_of_the_copied_ones_in_every_number_type(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var wide = Config with { Dim = 64, Hidden = 256, Layers = 1 };
        using var dense = Dense(wide, type);
        dense.state_dict()["blocks.0.ffn.down"].add_(2);
        var down_HD = dense.state_dict()["blocks.0.ffn.down"].to(ScalarType.Float64);

        var upcycled = Upcycler.Upcycle(dense, Variant(nameof(EightTop2)), new UpcyclingOptions { DropFraction = 1 });
        var drawn_HD = upcycled.Model.state_dict()["blocks.0.ffn.experts.down"][0].to(ScalarType.Float64);

        // 16,384 numbers: the mean's standard error is 1 in 128 of the deviation.
        var deviation = down_HD.std().item<double>();
        Assert.Equal(down_HD.mean().item<double>(), drawn_HD.mean().item<double>(), deviation * 4 / 128);
        Assert.Equal(1, drawn_HD.std().item<double>() / deviation, 0.03);
    }

    [Fact]
    public void Noise_has_the_stated_relative_size()
    {
        using var scope = NewDisposeScope();
        using var dense = Dense(Config with { Hidden = 64, Dim = 64 });
        var upcycled = Upcycler.Upcycle(dense, Variant(nameof(EightTop2)), new UpcyclingOptions { Noise = 0.1 });
        var down_HD = dense.state_dict()["blocks.0.ffn.down"];
        var noise_FHD = upcycled.Model.state_dict()["blocks.0.ffn.experts.down"] - down_HD;

        var relative = noise_FHD.std().item<float>() / down_HD.std().item<float>();
        Assert.InRange(relative, 0.098, 0.102);
    }

    [Fact]
    public void Clustered_routers_have_rows_of_the_declared_norm_and_use_every_expert_on_their_own_text()
    {
        using var scope = NewDisposeScope();
        using var dense = Dense(Config);
        var ids_SL = Ids(16, 24);
        var upcycled = Upcycler.Upcycle(dense, Variant(nameof(FourTop1)), new UpcyclingOptions { Router = RouterStart.Clusters }, ids_SL);

        var router_ED = upcycled.Model.state_dict()["blocks.0.ffn.router.weight"];
        var norms_E = router_ED.norm(1);
        Assert.InRange((norms_E - norms_E.mean()).abs().max().item<float>(), 0, 1e-6);
        var counts_E = upcycled.Model.forward(ids_SL).Routings[0].TokensPerExpert!;
        Assert.True(counts_E.min().item<long>() > 0);
    }

    [Fact]
    public void Clusters_take_a_router_that_compares_tokens_with_a_row_per_expert_and_enough_tokens()
    {
        using var scope = NewDisposeScope();
        using var dense = Dense(Config);
        var options = new UpcyclingOptions { Router = RouterStart.Clusters };

        var projected = Assert.Throws<ConfigurationException>(
            () => Upcycler.Upcycle(dense, Variant(nameof(ProjectedRouter)), options, Ids(4, 24)));
        var few = Assert.Throws<ConfigurationException>(
            () => Upcycler.Upcycle(dense, Variant(nameof(EightTop2)), options, Ids(1, 7)));

        Assert.Contains("ProjectedRouter's router has no row per expert", projected.Message, StringComparison.Ordinal);
        Assert.Contains("7 tokens make no 8 clusters", few.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pieces_of_one_replica_share_a_router_row_and_the_rows_of_other_experts_stay()
    {
        using var scope = NewDisposeScope();
        using var dense = Dense(Config);
        var upcycled = Upcycler.Upcycle(dense, Variant(nameof(PiecesAndZero)), new UpcyclingOptions { Split = 2, Seed = 3 });
        var router_ED = upcycled.Model.state_dict()["blocks.0.ffn.router.weight"];
        using var fresh = LanguageModel.Create(Config, Variant(nameof(PiecesAndZero)), seed: 3);

        Assert.True(Same(router_ED[0], router_ED[1]));
        Assert.True(Same(router_ED[6], router_ED[7]));
        Assert.False(Same(router_ED[1], router_ED[2]));
        Assert.True(Same(router_ED[8], fresh.state_dict()["blocks.0.ffn.router.weight"][8]));
    }

    [Fact]
    public void The_report_says_what_went_where()
    {
        using var scope = NewDisposeScope();
        using var dense = Dense(Config);

        Assert.Equal(
            [
                "kept: 23 tensors as they are",
                "blocks.0.ffn.gate_up and down: to 4 experts, down times 0.5, 0.25 of the hidden units redrawn, noise of 0.1 "
                    + "of the deviation",
                "blocks.0.ffn.gate_up and down: to the shared experts, down times 0.5",
                "blocks.2.ffn.gate_up and down: to 4 experts, down times 0.5, 0.25 of the hidden units redrawn, noise of 0.1 "
                    + "of the deviation",
                "blocks.2.ffn.gate_up and down: to the shared experts, down times 0.5",
                "routers: N(0, 0.05)",
                "start: not at the dense model's loss, because of noise on the copies, and hidden units that are redrawn",
            ],
            Upcycler.Upcycle(dense, Variant(nameof(WithShared)),
                new UpcyclingOptions { Blocks = [0, 2], Noise = 0.1, DropFraction = 0.25, RouterStd = 0.05 }).Report);
        Assert.Equal(
            "blocks.1.ffn.gate_up and down: to 8 experts, each one of 2 pieces, down times 2",
            Upcycler.Upcycle(dense, Variant(nameof(EightPieces)), new UpcyclingOptions { Split = 2 }).Report[2]);
    }

    [Theory]
    [InlineData(nameof(ReluExperts), "declare Experts<SwiGlu>")]
    [InlineData(nameof(WrongWidth), "declare Hidden = 12")]
    public void A_layer_that_cannot_hold_the_dense_FFN_is_refused_with_what_would_do(string name, string advice)
    {
        using var scope = NewDisposeScope();
        using var dense = Dense(Config);

        var error = Assert.Throws<ConfigurationException>(() => Upcycler.Upcycle(dense, Variant(name)));

        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mixture_cannot_be_upcycled_again()
    {
        using var scope = NewDisposeScope();
        using var dense = Dense(Config);
        var upcycled = Upcycler.Upcycle(dense, Variant(nameof(EightTop2)));

        var error = Assert.Throws<ConfigurationException>(() => Upcycler.Upcycle(upcycled.Model, Variant(nameof(EightTop2))));

        Assert.Contains("EightTop2", error.Message, StringComparison.Ordinal);
    }

    private static Tensor Ids(long sequences, long tokens)
    {
        using var draws = new Generator(6);
        return randint(0, 256, new[] { sequences, tokens }, ScalarType.Int64, generator: draws);
    }

    private static bool Same(Tensor first, Tensor second) => first.eq(second).all().item<bool>();

    private static MoeVariant Variant(string name) => LibMoERuntimeTestsVariants.All.Single(variant => variant.Name == name);

    /// <summary>A dense model whose FFNs matter as much as its attention does.</summary>
    private static LanguageModel Dense(ModelConfig config, ScalarType type = ScalarType.Float32)
    {
        using var quiet = no_grad();
        var dense = LanguageModel.Create(config, seed: 1, dtype: type);
        foreach (var (_, matrix) in dense.named_parameters().Where(parameter => parameter.name.Contains(".ffn.", StringComparison.Ordinal)))
        {
            matrix.mul_(15);
        }

        return dense;
    }

    private static (double Difference, bool Exact) Difference(string name, UpcyclingOptions options, bool shakeRouters = true)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var dense = Dense(Config);
        var upcycled = Upcycler.Upcycle(dense, Variant(name), options);
        if (shakeRouters)
        {
            using var generator = new Generator(4);
            foreach (var (_, router) in upcycled.Model.named_parameters()
                .Where(parameter => parameter.name.EndsWith("router.weight", StringComparison.Ordinal)))
            {
                router.normal_(0, 1, generator);
            }
        }

        var ids_SL = Ids(4, 24);
        var difference = (dense.forward(ids_SL).Logits - upcycled.Model.forward(ids_SL).Logits).abs().max().item<float>();
        return (difference, upcycled.Exact);
    }
}
