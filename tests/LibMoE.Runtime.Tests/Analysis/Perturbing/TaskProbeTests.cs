using LibMoE.Runtime.Analysis;
using LibMoE.Runtime.Analysis.Perturbing;
using LibMoE.Runtime.Tests.Analysis.Collecting;
using LibMoE.Runtime.Tests.Data;
using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Analysis.Perturbing;

public sealed class TaskProbeTests
{
    private static readonly ModelConfig Small = new() { Dim = 8, Layers = 2, Heads = 2, Hidden = 6, Context = 256, HeadStd = 0.5 };
    private static readonly AnalysisOptions Options =
        new() { Tasks = "copa", TaskItems = 30, Sequences = 4, PerturbationSequences = 4, Points = 2, Texts = 0 };
    private static readonly ByteTokenizer Bytes = new();

    [SkippableFact]
    public void A_disturbance_that_changes_nothing_changes_no_score_and_one_that_does_is_paired_item_by_item()
    {
        Skip.If(DataCache.Default().Find("copa/copa.jsonl") is null, "the data folder has no copa/copa.jsonl");
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 4);
        using (no_grad())
        {
            // Experts that are loud enough for the choice of expert to decide answers.
            model.named_parameters().Where(entry => entry.name.Contains("experts", StringComparison.Ordinal))
                .ToList().ForEach(entry => entry.parameter.mul_(50));
        }

        var probe = TaskProbe.Of(Options, Bytes)!;
        var own = probe.Answers(model, null, default);
        Assert.Equal(30, own["copa"].Length);
        Assert.Equal(own["copa"].Average(), probe.Scores(model, default)["copa"]);

        var nothing = new Perturbation("Same", (_, routing, _) => new Picks(routing.Experts!, routing.Weights));
        var same = TaskProbe.Differences(probe.Answers(model, nothing, default), own);
        Assert.Equal(new PairedDifference(0, 0), same["copa"]);

        var disturbance = Perturbations.DropTop(1, "DropTop1");
        var answers = probe.Answers(model, disturbance, default);
        var dropped = TaskProbe.Differences(answers, own)["copa"];
        Assert.Equal(PairedDifference.Of(answers["copa"], own["copa"]), dropped);
        Assert.True(dropped.StandardError > 0);
    }

    [SkippableFact]
    public void Cells_hold_the_scores_of_every_moment_and_every_disturbance()
    {
        Skip.If(DataCache.Default().Find("copa/copa.jsonl") is null, "the data folder has no copa/copa.jsonl");
        using var folder = new TemporaryFolder();
        var corpus = CellAnalyzerTests.TwoDomains();
        var training = new TrainingConfig
        {
            Steps = 2,
            Batch = 2,
            SequenceLength = 16,
            LogEvery = 1,
            Warmup = 1,
            ValidationSequences = 4,
            Threads = 1
        };
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 0);
        using var observer = CellObserver.Begin(Options, model, corpus, training)!;
        for (var step = 1; step <= 2; step++)
        {
            observer.Report(new TrainingProgress(step, 2, 1, 0, 0, 1, null, null, TimeSpan.Zero, []));
        }

        using var alone = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 0);
        var result = Trainer.Train(alone, corpus, training);

        var analysis = observer.Finish(folder.Path, result, default)!;

        Assert.All(analysis.Training, point => Assert.InRange(point.Tasks["copa"], 0, 1));
        Assert.All(analysis.Perturbations, perturbation => Assert.Equal(["copa"], perturbation.Tasks.Keys));
    }

    [Fact]
    public void A_disturbed_forward_pass_is_that_of_the_disturbing_context()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxRelu>(), seed: 4);
        model.eval();
        var ids_SL = tensor(new long[] { 1, 5, 9, 200 }, [1, 4]);
        foreach (var disturbance in new[] { Perturbations.DropTop(2, "DropTop1And2"), Perturbations.Ablate(block: 1, expert: 0) })
        {
            var layer = 0;
            var told = model.forward(ids_SL, new MoeContext
            {
                Reroute = own => layer++ == (disturbance.Block
                    ?? layer - 1) ? disturbance.Reroute(model.MoeLayers[layer - 1], own, ids_SL) : new Picks(own.Experts!, own.Weights),
            });
            model.Disturbance = disturbance.On(model);
            var held = model.forward(ids_SL);
            model.Disturbance = null;
            Assert.Equal(told.Logits.data<float>().ToArray(), held.Logits.data<float>().ToArray());
            Assert.Equal(told.Routings[1].Experts!.data<long>().ToArray(), held.Routings[1].Experts!.data<long>().ToArray());
        }
    }

    [Fact]
    public void Only_tasks_with_right_and_wrong_items_are_probed()
    {
        Assert.Null(TaskProbe.Of(new AnalysisOptions(), Bytes));
        Assert.StartsWith("Analysis:Tasks names 'copaa', which is not a task; did you mean 'copa'?",
            Assert.Throws<ConfigurationException>(() => TaskProbe.Of(new AnalysisOptions { Tasks = "copaa" }, Bytes)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Analysis:Tasks names 'wikitext', which has a ",
            Assert.Throws<ConfigurationException>(() => TaskProbe.Of(new AnalysisOptions { Tasks = "wikitext" }, Bytes)).Message,
            StringComparison.Ordinal);
        Assert.Throws<MissingDataException>(() => TaskProbe.Of(new AnalysisOptions { Tasks = "copa" }, Bytes, new DataCache(["/nowhere"])));
    }
}
