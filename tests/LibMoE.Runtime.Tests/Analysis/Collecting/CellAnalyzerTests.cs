using LibMoE.Runtime.Analysis;
using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Tests.Data;
using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Analysis.Collecting;

public sealed class CellAnalyzerTests
{
    private static readonly ModelConfig Small = new() { Dim = 8, Layers = 3, Heads = 2, Hidden = 6, Context = 16, MoeBlocks = [0, 2] };
    private static readonly AnalysisOptions Options =
        new() { Sequences = 8, PerturbationSequences = 4, OutputTokens = 40, Texts = 3, TextTokens = 20 };

    [Fact]
    public void Output_similarity_is_that_of_every_experts_own_ffn_on_the_layers_input()
    {
        using var scope = NewDisposeScope();
        var layer = MoeVariant.Of<SoftmaxSwiGluShared>().Create(new MoeShape(8, 6) { Seed = 3 });
        layer.eval();
        using var draws = new Generator(2);
        var x_TD = randn([20, 8], generator: draws);

        var outputs_ETD = ExpertOutputs.Of(layer, x_TD)!;

        var parameters = layer.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        var (gateUp, down) = (parameters["experts.gate_up"], parameters["experts.down"]);
        for (var expert = 0; expert < 4; expert++)
        {
            var hidden_T2H = x_TD.matmul(gateUp[expert]);
            var expected_TD = (nn.functional.silu(hidden_T2H.narrow(1, 0, 6)) * hidden_T2H.narrow(1, 6, 6)).matmul(down[expert]);
            Assert.True((expected_TD - outputs_ETD[expert]).abs().max().item<float>() < 1e-6);
        }
    }

    [Fact]
    public void Experts_that_cannot_be_asked_one_by_one_are_left_out()
    {
        using var scope = NewDisposeScope();
        foreach (
            var variant in new[] { MoeVariant.Of<SoftSlotsLayer>(), MoeVariant.Of<ExpertChoiceLayer>(), MoeVariant.Of<DroppingLayer>() })
        {
            Assert.Null(ExpertOutputs.Of(variant.Create(new MoeShape(8, 6)), randn([6, 8])));
        }
    }

    [Fact]
    public void Weights_are_compared_expert_by_expert_and_the_router_both_ways()
    {
        using var scope = NewDisposeScope();
        var layer = MoeVariant.Of<SoftmaxSwiGluShared>().Create(new MoeShape(8, 6) { Seed = 3 });
        using (no_grad())
        {
            // Experts 1 to 3 become expert 0: all pairs are parallel.
            var down = layer.named_parameters().Single(entry => entry.name == "experts.down").parameter;
            down.copy_(down.narrow(0, 0, 1).expand_as(down).clone());
        }

        var figures = WeightFigures.Of(layer);

        Assert.Equal(
            ["experts.down", "experts.gate_up", "router.weight", "router.weight (dims)"], figures.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(1, figures["experts.down"], 1e-9);
        Assert.InRange(figures["experts.gate_up"], -0.3, 0.3);
        var router = layer.named_parameters().Single(entry => entry.name == "router.weight").parameter;
        Assert.Equal(WeightSimilarity.Of(router), figures["router.weight"]);
        Assert.Equal(WeightSimilarity.Of(router.t()), figures["router.weight (dims)"]);
    }

    [Fact]
    public void What_a_block_does_to_the_stream_is_measured_between_it_and_the_block_before()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 1);
        model.eval();
        var ids_SL = tensor(new long[] { 1, 5, 9, 200, 3, 3 }, [2, 3]);

        using var inputs = LayerInputs.Of(model, ids_SL);

        Assert.Equal(4, inputs.Stream_SLD.Count);
        Assert.Equal(2, inputs.Inputs_TD.Count);
        Assert.All(inputs.Inputs_TD, x_TD => Assert.Equal([6L, 8L], x_TD.shape));
        // The last block's output, normalised and through the head, is the model's own output.
        var parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        var last = inputs.Stream_SLD[3];
        var normed = last * (last.square().mean([-1], keepdim: true) + Small.NormEpsilon).rsqrt() * parameters["norm.weight"];
        Assert.True((normed.matmul(parameters["head.weight"].t()) - model.forward(ids_SL).Logits).abs().max().item<float>() < 1e-5);
        // A layer routes its noted input as the model did.
        var routing = model.forward(ids_SL).Routings[1];
        Assert.Equal(
            routing.Experts!.data<long>()
                .ToArray(), model.MoeLayers[1].forward(inputs.Inputs_TD[1]).Routing.Experts!.data<long>().ToArray());
    }

    [Fact]
    public void A_cell_is_analysed_whole_and_its_file_holds_it()
    {
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 1);
        var corpus = TwoDomains();
        var analyzer = new CellAnalyzer(Options with { Ablations = true }, corpus, length: 16, batch: 4);

        var analysis = analyzer.Run(model, seed: 7);

        Assert.True(model.training);
        Assert.Equal([("prose", 64L), ("numbers", 64L)], analysis.Domains.Select(domain => (domain.Name, domain.Tokens)));
        Assert.Equal([0, 2], analysis.Blocks.Select(block => block.Block));
        Assert.All(analysis.Blocks, block =>
        {
            Assert.Equal(5, block.OutputSimilarity!.Count);
            Assert.Contains("experts.up", block.WeightSimilarity.Keys);
            Assert.True(block.Update is { Residual: > 0, Update: > 0, Cosine: > 0 and <= 1.0000001 });
        });
        Assert.Equal(["prose, piece 1", "numbers, piece 1", "prose, piece 2"], analysis.Texts.Select(text => text.Title));
        Assert.Equal(
            ["DropTop1", "DropTop1And2", "Temperature", "TopK", "Random", "Uniform", "EqualWeights", "Ablate"],
            analysis.Perturbations.Select(result => result.Name).Distinct());
        Assert.Equal(10, analysis.Perturbations.Count(result => result.Name == "Ablate"));

        using var folder = new TemporaryFolder();
        analysis.WriteTo(folder.Path);
        Assert.Equal(analysis.ToJson(), CellAnalysis.Read(folder.Path)!.ToJson());
    }

    [Fact]
    public void An_analysis_keeps_no_tensor()
    {
        var corpus = TwoDomains();
        var analyzer = new CellAnalyzer(Options, corpus, length: 16, batch: 4);
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 1);
        analyzer.Run(model, seed: 1);
        var before = LiveTensors.Count;

        analyzer.Run(model, seed: 1);

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void A_trace_names_the_picks_and_weights_that_the_model_made()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 1);
        var tokenizer = new ByteTokenizer();

        var trace = TextTracer.Of(model, tokenizer, "greeting", [.. tokenizer.Encode("héllo").Select(id => (long)id)]);

        Assert.Equal(["h", "<195>", "<169>", "l", "l", "o"], trace.Tokens);
        Assert.Equal([0, 2], trace.Blocks.Select(block => block.Block));
        model.eval();
        var routing = model.forward(tensor(new long[] { 104, 195, 169, 108, 108, 111 }, [1, 6])).Routings[1];
        Assert.Equal(routing.Experts!.data<long>().Select(expert => (int)expert), trace.Blocks[1].Experts.SelectMany(picks => picks));
        Assert.All(
            routing.Weights.data<float>().ToArray().Zip(trace.Blocks[1].Weights.SelectMany(weights => weights)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    internal static Corpus TwoDomains() => Corpus.Mix("two", [("prose", Documents(
        i => $"It was the {i}th of {i * i % 7} days, and nothing else. "), 3.0), ("numbers", Documents(i => $"{i * 31} "), 1.0)]);

    private static IEnumerable<Document> Documents(Func<int, string> text) =>
        [.. Enumerable.Range(0, 10)
            .Select(number => new Document($"{number}", string.Concat(Enumerable.Range(0, 40).Select(i => text((number * 40) + i)))))];
}
