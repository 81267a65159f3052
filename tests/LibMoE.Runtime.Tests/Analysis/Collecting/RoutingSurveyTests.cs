using LibMoE.Runtime.Analysis.Collecting;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Analysis.Collecting;

public class RoutingSurveyTests
{
    private static readonly ModelConfig Small = new() { Dim = 8, Layers = 3, Heads = 2, Hidden = 8, Context = 10, MoeBlocks = [0, 2] };
    private static readonly ByteTokens Prose = new([.. Enumerable.Range(0, 256).Select(i => (byte)(i * i))]);
    private static readonly ByteTokens Numbers = new([.. Enumerable.Range(0, 256).Select(i => (byte)(48 + (i % 10)))]);

    private static readonly AnalysisText Text = new(
        ["prose", "numbers"], 10, [(0, Prose, 0), (1, Numbers, 3), (0, Prose, 60), (0, Prose, 200), (1, Numbers, 90)]);

    [Fact]
    public void A_survey_in_batches_is_the_metrics_over_all_tokens_at_once()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, MoeVariant.Of<Layers.SoftmaxSwiGluShared>(), seed: 1);

        var analysis = RoutingSurvey.Run(model, Text, Plain, batch: 2, seed: 1);

        model.eval();
        var batch = Text.Batches(5, CPU).Single();
        var routings = model.forward(batch.Inputs_SL).Routings;
        var tables = routings.Select(routing => PickTable.Of(routing, 4)!).ToList();
        Assert.Equal(["prose", "numbers"], analysis.Domains.Select(domain => domain.Name));
        Assert.Equal([30L, 20L], analysis.Domains.Select(domain => domain.Tokens));
        Assert.Equal(50, analysis.Tokens);
        Assert.Equal([0, 2], analysis.Blocks.Select(block => block.Block));
        Assert.Equal(LayerOverlap.Of(tables[0], tables[1]), Assert.Single(analysis.LayerOverlap));
        foreach (var (block, table, routing) in analysis.Blocks.Zip(tables, routings))
        {
            var counts = table.Counts();
            Assert.Equal(["SwiGlu 0", "SwiGlu 1", "SwiGlu 2", "SwiGlu 3"], block.Experts);
            Assert.Equal(counts, block.Picks);
            Assert.Equal(ExpertShare.Of(counts), block.Share);
            Assert.Equal(LoadViolation.Of(counts), block.LoadViolation);
            Assert.Equal(RelativePerplexity.Of(counts), block.RelativePerplexity);
            Assert.Equal(DeadExperts.Of(counts), block.Dead);
            Assert.Equal(JainIndex.Of(counts), block.JainIndex);
            Assert.Equal(CoefficientOfVariation.Of(counts), block.LoadCv);
            Assert.Equal(AllocationEntropy.Of(counts), block.AllocationEntropy);
            Assert.Equal(WeightEntropy.Normalized(table)!.Value, block.WeightEntropy!.Value, 1e-6);
            Assert.Equal(WeightEntropy.Nats(table)!.Value, block.WeightEntropyNats!.Value, 1e-6);
            Assert.Equal(RouterMargin.OnWeights(table)!.Value, block.MarginOnWeights!.Value, 1e-6);
            var scores = routing.Scores!.to(ScalarType.Float64).data<double>().ToArray().Chunk(4).ToList();
            Assert.Equal(scores.Average(row => RouterMargin.OfScores(row)), block.MarginOnScores!.Value, 1e-6);
            Assert.Equal(scores.Average(row => RelativePerplexity.OfScores(row)), block.TokenPerplexity!.Value, 1e-6);
            Assert.Equal(CoActivation.Of(CoActivation.Counts(table)), block.CoActivation);

            long[][] byDomain =
                [.. Enumerable.Range(0, 2).Select(domain => Enumerable.Range(0, 4).Select(expert => (long)Enumerable.Range(0, 50)
                    .Count(token => batch.Domains_T[token] == domain && table.Picks(token).Contains(expert))).ToArray())];
            Assert.Equal(DomainSpecialization.Shares(byDomain), block.DomainShare);
            Assert.Equal(DomainSpecialization.Information(byDomain), block.MutualInformation!.Value, 1e-12);
        }
    }

    [Fact]
    public void Every_kind_of_gate_is_surveyed_and_its_analysis_survives_the_file()
    {
        MoeVariant[] variants =
        [
            MoeVariant.Of<Layers.TernaryLayer>(), MoeVariant.Of<Layers.ReluGateLayer>(), MoeVariant.Of<Layers.ExpertChoiceLayer>(),
            MoeVariant.Of<Layers.HashLayer>(), MoeVariant.Of<Layers.SoftSlotsLayer>(), MoeVariant.Of<Layers.ZeroComputeLayer>(),
        ];
        var folder = Directory.CreateTempSubdirectory("libmoe-analysis-");
        foreach (var variant in variants)
        {
            using var model = LanguageModel.Create(Small, variant, seed: 1);
            var analysis = RoutingSurvey.Run(model, Text, Plain, batch: 3, seed: 1);
            Assert.All(analysis.Blocks, block => Assert.Equal(1, block.Share.Sum(), 1e-12));
            Assert.All(analysis.Blocks, block => Assert.InRange(block.RelativePerplexity, 1.0 / block.Share.Count, 1 + 1e-12));
            File.WriteAllText(Path.Combine(folder.FullName, CellAnalysis.FileName), analysis.ToJson());
            Assert.Equal(analysis.ToJson(), CellAnalysis.Read(folder.FullName)!.ToJson());
        }

        folder.Delete(recursive: true);
        Assert.Null(CellAnalysis.Read(folder.FullName));
    }

    [Fact]
    public void A_dense_model_has_no_blocks_to_tell_of()
    {
        using var model = LanguageModel.Create(Small);
        Assert.Empty(RoutingSurvey.Run(model, Text, Plain, batch: 2, seed: 1).Blocks);
    }

    [Fact]
    public void A_survey_gives_the_mode_back_and_keeps_no_tensor()
    {
        using var model = LanguageModel.Create(Small, MoeVariant.Of<Layers.SoftmaxSwiGluShared>(), seed: 1);
        model.train();
        RoutingSurvey.Run(model, Text, Plain, batch: 2, seed: 1);
        var alive = LiveTensors.Count;

        RoutingSurvey.Run(model, Text, Plain, batch: 1, seed: 1);

        Assert.Equal(alive, LiveTensors.Count);
        Assert.True(model.training);
        Assert.True(is_grad_enabled());
    }

    private static string Plain(int id) => ((char)id).ToString();
}
