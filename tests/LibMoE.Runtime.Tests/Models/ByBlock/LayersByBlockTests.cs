using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Models;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Tests.Evaluation;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.ByBlock;

/// <summary>Models whose blocks have different layers.</summary>
public sealed class LayersByBlockTests
{
    private static readonly ModelConfig Four =
        new() { Vocabulary = 20, Dim = 16, Layers = 4, Heads = 2, Hidden = 16, Context = 12, MatrixStd = 0.3, EmbeddingStd = 1 };

    private static readonly MoeVariant Late = MoeVariant.Of<LearnedLate>();
    private static readonly MoeVariant Second = MoeVariant.Of<EverySecond>();
    private static readonly MoeVariant Grown = MoeVariant.Of<Growing>();

    public static TheoryData<string> Names => [nameof(LearnedLate), nameof(EverySecond), nameof(Growing)];

    [Fact]
    public void Every_block_has_the_layer_that_names_it_and_the_others_the_outer_one_or_a_dense_FFN()
    {
        Assert.Equal(["First", "First", "LearnedLate", "LearnedLate"], Blocks(Late));
        Assert.Equal(["Dense", "EverySecond", "Dense", "EverySecond"], Blocks(Second));
        Assert.Equal(["Two", "Dense", "Three", "Growing"], Blocks(Grown));

        static IEnumerable<string> Blocks(MoeVariant variant)
        {
            using var model = LanguageModel.Create(Four, variant);
            var layers = new Queue<MoeLayer>(model.MoeLayers);
            return
            [
                .. Enumerable.Range(0, 4)
                    .Select(block => model.Config.IsMoeBlock(block) ? layers.Dequeue().Declaration.Name : "Dense"),
            ];
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_models_configuration_and_tensors_say_which_blocks_are_mixtures(string name)
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Four, Variant(name));
        var state = model.state_dict();

        Assert.All(Enumerable.Range(0, 4), block => Assert.Equal(
            model.Config.IsMoeBlock(block), !state.ContainsKey($"blocks.{block}.ffn.gate_up")));
        Assert.Equal(model.Config.MoeBlockNumbers.Count, model.MoeLayers.Count);
        using var again = LanguageModel.Create(model.Config, Variant(name));
        Assert.Equal(model.Config.MoeBlockNumbers, again.Config.MoeBlockNumbers);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_model_computes_what_its_blocks_layers_compute_of_what_reaches_them(string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Four, Variant(name), seed: 3, dtype: ScalarType.Float64);
        var ids_SL = Ids();
        var seen = new List<(MoeLayer Layer, Tensor Input, Tensor Output)>();
        foreach (var layer in model.MoeLayers)
        {
            layer.register_forward_hook((_, x, _, output) =>
            {
                seen.Add((layer, x.clone().DetachFromDisposeScope(), output.Hidden.clone().DetachFromDisposeScope()));
                return output;
            });
        }

        var output = model.forward(ids_SL);

        Assert.Equal(model.MoeLayers, seen.Select(entry => entry.Layer));
        foreach (var (index, (layer, input, hidden)) in seen.Index())
        {
            var block = model.Config.MoeBlockNumbers[index];
            var alone = Variant(name).In(block)!.Create(layer.Shape);
            alone.load_state_dict(layer.state_dict());
            Assert.Equal(0, (alone.forward(input, new MoeContext { TokenIds = ids_SL }).Hidden - hidden).abs().max().item<double>());
            Assert.Equal(layer.Declaration.RoutableExperts, output.Routings[index].TokensPerExpert!.shape[0]);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Parameters_and_FLOPs_by_formula_are_those_of_the_tensors(string name)
    {
        using var scope = NewDisposeScope();
        var declaration = Variant(name).Declaration;
        using var model = LanguageModel.Create(Four, Variant(name));
        var layers = model.MoeLayers;
        var dense = BackboneParameters.Of(model.Config, mixture: true).Sum(spec => spec.Count);
        const long DenseFlops = 2 * 3 * 16 * 16;

        Assert.Equal(model.parameters().Sum(parameter => parameter.numel()), ModelCost.TotalParameters(Four, declaration));
        Assert.Equal(
            dense + layers.Sum(layer => layer.Declaration.ActiveParameters(layer.Shape)), ModelCost.ActiveParameters(Four, declaration));
        Assert.Equal(
            ModelCost.FlopsPerToken(Four, null) - (layers.Count * DenseFlops)
                + layers.Sum(layer => layer.Declaration.FlopsPerToken(layer.Shape)),
            ModelCost.FlopsPerToken(Four, declaration));
    }

    [Theory]
    [InlineData(nameof(LearnedLate), 1, null,
        "LearnedLate.First declares a layer for block 1 (Blocks = \"0-1\"), but the model has only block 0; "
        + "set Model:Layers to at least 2.")]
    [InlineData(nameof(LearnedLate), 2, null,
        "LearnedLate declares the layer of all other blocks, but the layers inside it take all 2 of the model; set Model:Layers to at "
        + "least 3.")]
    [InlineData(nameof(EverySecond), 1, null,
        "EverySecond declares a layer for block 1 (Blocks = \"1-:2\"), but the model has only block 0; set Model:Layers to at least 2.")]
    [InlineData(nameof(Growing), 3, null,
        "Growing declares a layer for block 3 (Blocks = \"3-\"), but the model has blocks 0 to 2; set Model:Layers to at least 4.")]
    [InlineData(nameof(EverySecond), 4, 2,
        "Model:MoeBlocks names block 2, for which EverySecond declares no layer; it declares them for blocks 1-:2.")]
    public void Blocks_that_the_model_does_not_have_and_mixtures_that_no_layer_is_declared_for_are_refused(
        string name, int layers, int? asked, string message)
    {
        var config = Four with { Layers = layers, MoeBlocks = asked is { } block ? [block] : null };

        var error = Assert.Throws<ConfigurationException>(() => LanguageModel.Create(config, Variant(name)));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void A_setting_may_leave_declared_blocks_dense()
    {
        using var model = LanguageModel.Create(Four with { MoeBlocks = [1, 3] }, Late);

        Assert.Equal(["First", "LearnedLate"], model.MoeLayers.Select(layer => layer.Declaration.Name));
    }

    [Fact]
    public void Hashes_are_those_of_all_layers_with_their_blocks_and_a_layer_that_names_none_keeps_its_own()
    {
        var (weak, strong) = (MoeVariant.Of<WeakFirst>().Declaration, MoeVariant.Of<StrongFirst>().Declaration);
        var (second, uniform) = (MoeVariant.Of<WeakSecond>().Declaration, MoeVariant.Of<Uniform>().Declaration);

        Assert.Equal(weak.Structure, strong.Structure);
        Assert.NotEqual(weak.Full, strong.Full);
        Assert.Equal(4, new[] { weak, second, uniform, MoeVariant.Of<LearnedLate>().Declaration }.Select(declared => declared.Structure)
            .Distinct().Count());
        const string Own = "LibMoE.ExpertsAttribute<LibMoE.SwiGlu>/1(4)\nLibMoE.SoftmaxGateAttribute/1()";
        Assert.Equal(Own, uniform.StructureText);
        Assert.Equal($"{Own}\nlayer\n  {Own.Replace("\n", "\n  ", StringComparison.Ordinal)}\n  blocks 0", weak.StructureText);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(weak.StructureText))), weak.Structure);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_stored_model_is_found_by_its_structure_and_computes_the_same(string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var folder = new DataFolder();
        using var model = LanguageModel.Create(Four with { Vocabulary = 256 }, Variant(name), seed: 4);
        model.eval();
        ModelSaver.Save(model, new ByteTokenizer(), folder.Path);

        using var loaded = ModelLoader.Load(folder.Path, [Second, Grown, MoeVariant.Of<Uniform>(), Late]);

        Assert.Equal(name, loaded.Variant!.Name);
        Assert.Equal(model.Config.MoeBlockNumbers, loaded.Model.Config.MoeBlockNumbers);
        Assert.True(model.forward(Ids()).Logits.equal(loaded.Model.forward(Ids()).Logits).all().item<bool>());
    }

    [Fact]
    public void A_stored_model_whose_layers_nobody_declares_any_more_is_refused()
    {
        using var folder = new DataFolder();
        using var model = LanguageModel.Create(Four with { Vocabulary = 256 }, Late);
        ModelSaver.Save(model, new ByteTokenizer(), folder.Path);

        var error = Assert.Throws<ConfigurationException>(() => ModelLoader.Load(folder.Path, [MoeVariant.Of<Uniform>()]));

        Assert.Contains("LearnedLate, which is not one of the declared layers", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(EverySecond), true)]
    [InlineData(nameof(LearnedLate), true)]
    [InlineData(nameof(Growing), false)]
    public void Upcycling_fills_each_block_by_its_own_layer_and_leaves_the_dense_ones(string name, bool exact)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var dense = LanguageModel.Create(Four, seed: 7, dtype: ScalarType.Float64);

        var upcycled = Upcycler.Upcycle(dense, Variant(name));
        using var mixture = upcycled.Model;

        Assert.Equal(exact, upcycled.Exact);
        Assert.Equal(mixture.MoeLayers.Sum(layer => layer.Declaration.RoutableExperts), upcycled.Report.Sum(line =>
            line.Contains(": to ", StringComparison.Ordinal)
                ? int.Parse(line.Split(": to ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)
                : 0));
        var difference = (dense.forward(Ids()).Logits - mixture.forward(Ids()).Logits).abs().max().item<double>();
        Assert.Equal(exact, difference < 1e-12);
    }

    [Fact]
    public void The_strictest_layer_says_how_texts_may_be_scored()
    {
        Assert.Equal(BatchKind.Together, BatchRule.Of(Late.Declaration).Kind);
        Assert.Equal(BatchKind.OneByOne, BatchRule.Of(Grown.Declaration).Kind);
        using var model = LanguageModel.Create(Four, Grown);
        Assert.False(model.RoutesTokensAlone);
    }

    [Fact]
    public void What_has_no_counterpart_elsewhere_is_not_exported()
    {
        using var model = LanguageModel.Create(Four, Late);

        var error = Assert.Throws<ConfigurationException>(() => HuggingFaceExport.Save(model, "nowhere"));

        Assert.Contains("layers that differ by block", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_published_model_takes_the_layer_that_is_declared_for_its_blocks_and_is_given_back()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var folder = new HuggingFaceFolder("deepseek").Write();
        using var loaded = ModelLoader.Load(folder.Path, [MoeVariant.Of<OnlyFirst>(), MoeVariant.Of<AfterFirst>()], ScalarType.Float64);

        Assert.Equal(nameof(AfterFirst), loaded.Variant!.Name);
        HuggingFaceImportTests.SameLogits(folder.Path, loaded.Model, 1e-10);
        Assert.Equal("deepseek", HuggingFaceExport.Save(loaded.Model, Path.Combine(folder.Path, "again")));
        using var again = ModelLoader.Load(Path.Combine(folder.Path, "again"), [MoeVariant.Of<AfterFirst>()], ScalarType.Float64);
        var ids_SL = Ids().Modulo(13);
        Assert.True(loaded.Model.forward(ids_SL).Logits.equal(again.Model.forward(ids_SL).Logits).all().item<bool>());
    }

    [Fact]
    public void An_image_encoder_has_layers_by_block_and_a_connector_has_none()
    {
        var config = new VisionConfig { ImageSize = 8, PatchSize = 4, Dim = 16, Layers = 4, Heads = 2, Hidden = 16 };
        using var encoder = VisionEncoder.Create(config, Second);
        Assert.Equal([1, 3], encoder.Config.MoeBlocks!);
        Assert.Equal(
            encoder.parameters().Sum(parameter => parameter.numel()), VisionLanguageCost.Vision(config, Second.Declaration));

        var error = Assert.Throws<ConfigurationException>(
            () => Connector.Create(new ConnectorConfig { Input = 16, Hidden = 16, Output = 16 }, Second));
        Assert.Equal("EverySecond declares layers by block, but a connector is a single layer; take a variant without Blocks.",
            error.Message);
    }

    [Fact]
    public void A_learners_own_block_gets_the_layer_of_its_number()
    {
        Assert.Equal(["First", "LearnedLate"], Layers(Late, 1, 2));
        Assert.Empty(Layers(Second, 0, 2));

        static IEnumerable<string> Layers(MoeVariant variant, params int[] blocks) =>
        [
            .. blocks.SelectMany(block =>
                new FeedForward(variant, null, new MoeShape(16, 16, block, 4) { Vocabulary = 20 }).modules().OfType<MoeLayer>())
                .Select(layer => layer.Declaration.Name),
        ];
    }

    private static Tensor Ids()
    {
        using var draws = new Generator(6);
        return randint(0, 20, new long[] { 2, 12 }, ScalarType.Int64, generator: draws);
    }

    private static MoeVariant Variant(string name) => new[] { Late, Second, Grown, MoeVariant.Of<WeakFirst>() }
        .Single(variant => variant.Name == name);
}
