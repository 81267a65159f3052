namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>analyze, as a user runs it on what a study left.</summary>
public sealed class AnalyzeVerbTests : IDisposable
{
    private static readonly string[] Small =
        ["--corpus", "text.txt", "--threads", "1", "--Analysis:Sequences=6", "--Analysis:PerturbationSequences=4"];

    private readonly HostedRun _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_study_analyses_its_cells_and_analyze_adds_to_them()
    {
        await Study("--Analysis:Points=2");
        var first = CellAnalysis.Read("runs/one/HostedSmoe/seed-0")!;
        Assert.Equal([2, 4], first.Training.Select(point => point.Step));
        Assert.NotNull(first.Cost);
        Assert.DoesNotContain(first.Perturbations, result => result.Name == "Ablate");
        Assert.Empty(CellAnalysis.Read("runs/one/Dense/seed-0")!.Blocks);

        Assert.Equal(0, await _host.Run(["analyze", "--checkpoint", "one", "--ablations", "true", "--text", "Line 5", .. Small]));

        Assert.Empty(_host.Errors);
        Assert.Contains("2 models on text.txt", _host.Output, StringComparison.Ordinal);
        Assert.Contains("HostedSmoe/seed-0", _host.Output, StringComparison.Ordinal);
        Assert.Contains("± one standard error over sequences.", string.Join(' ', _host.Output.Split()), StringComparison.Ordinal);
        Assert.Contains(
            $"Written to {Path.Combine("runs", "one", "HostedSmoe", "seed-0", "analysis.json")}\n", _host.Output, StringComparison.Ordinal);
        var second = CellAnalysis.Read("runs/one/HostedSmoe/seed-0")!;
        Assert.Equal(4, second.Perturbations.Count(result => result.Name == "Ablate"));
        Assert.Equal(["L", "i", "n", "e", " ", "5"], second.Texts[0].Tokens);
        // What training noted is kept, and so are the figures of the same text.
        Assert.Equal(first.Training.Select(point => point.Loss), second.Training.Select(point => point.Loss));
        Assert.Equal(first.Cost, second.Cost);
        var page = File.ReadAllText("runs/one/HostedSmoe/seed-0/routing.html");
        Assert.Contains(">5</span>", page, StringComparison.Ordinal);
        Assert.True(File.Exists("runs/one/HostedSmoe/seed-0/routing.json"));
    }

    [Fact]
    public async Task Moments_that_training_noted_do_not_stand_beside_figures_of_another_text()
    {
        await Study("--Analysis:Points=2", "--variants", "HostedSmoe");
        var first = CellAnalysis.Read("runs/one/HostedSmoe/seed-0")!;
        File.WriteAllText("other.txt", File.ReadAllText("text.txt").Replace("Line", "Verse", StringComparison.Ordinal));

        Assert.Equal(
            0, await _host.Run(["analyze", "--checkpoint", "one", .. Small.Select(value => value == "text.txt" ? "other.txt" : value)]));

        var second = CellAnalysis.Read("runs/one/HostedSmoe/seed-0")!;
        Assert.NotEqual(first.CorpusSha256, second.CorpusSha256);
        Assert.Empty(second.Training);
        Assert.Equal(first.Cost, second.Cost);
    }

    [Fact]
    public async Task Kept_checkpoints_are_compared_where_training_noted_less()
    {
        await Study("--Analysis:Enabled=false", "--Training:CheckpointEvery=1", "--Training:KeepLast=4", "--variants", "HostedSmoe");
        Assert.Null(CellAnalysis.Read("runs/one/HostedSmoe/seed-0"));

        Assert.Equal(0, await _host.Run(["analyze", .. Small]));

        var analysis = CellAnalysis.Read("runs/one/HostedSmoe/seed-0")!;
        Assert.Equal([1, 2, 3, 4], analysis.Training.Select(point => point.Step));
        Assert.Equal(1, analysis.Training[^1].Blocks[0].SaturationTopK);
        Assert.All(analysis.Training.Skip(1), point => Assert.True(point.Drift["experts"] > 0));
    }

    [Fact]
    public async Task One_checkpoint_is_analysed_beside_the_cells_own_analysis()
    {
        await Study("--Training:CheckpointEvery=2", "--variants", "HostedSmoe");
        var before = File.ReadAllText("runs/one/HostedSmoe/seed-0/analysis.json");

        Assert.Equal(0, await _host.Run(["analyze", "--checkpoint", "runs/one/HostedSmoe/seed-0/checkpoints/step-2", .. Small]));

        Assert.Equal(before, File.ReadAllText("runs/one/HostedSmoe/seed-0/analysis.json"));
        Assert.Contains(
            "\"checkpoint\":\"step-2\"", File.ReadAllText("runs/one/HostedSmoe/seed-0/analysis-step-2.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_model_is_analysed_in_its_own_folder()
    {
        using (
            var model = LanguageModel.Create(new ModelConfig { Dim = 16, Layers = 1, Heads = 2, Hidden = 16 }, MoeVariant.Of<HostedSmoe>()))
        {
            ModelSaver.Save(model, new ByteTokenizer(), "saved/mine/seed-3");
        }

        Assert.Equal(0, await _host.Run(["analyze", "--checkpoint", "saved/mine/seed-3", "--Training:SequenceLength=16", .. Small]));

        Assert.Contains("mine/seed-3", _host.Output, StringComparison.Ordinal);
        Assert.Single(CellAnalysis.Read("saved/mine/seed-3")!.Blocks);
    }

    [Fact]
    public async Task Other_text_than_it_was_trained_on_is_said()
    {
        await Study("--variants", "HostedSmoe");
        File.WriteAllText("other.txt", File.ReadAllText("text.txt").Replace('L', 'M'));

        Assert.Equal(0, await _host.Run(["analyze", .. Small.Skip(2), "--corpus", "other.txt"]));

        Assert.Contains("seed-0 was trained on text.txt; it is analysed on other text, other.txt.", string.Join(' ', _host.Output.Split()),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--checkpoint (Analysis:Path) is 'nothing', which does not exist; it must be a path, and there is no run in runs "
        + "that could be named.", "--checkpoint", "nothing")]
    [InlineData("Analysis:Points is -1; it must be at least 0.", "--Analysis:Points=-1")]
    [InlineData("--checkpoint (Analysis:Path) is not set and there is no run in runs; name a run folder.")]
    public async Task What_cannot_be_analysed_is_refused_in_one_line(string problem, params string[] args)
    {
        Assert.Equal(2, await _host.Run(["analyze", .. args, "--corpus", "text.txt"]));

        Assert.StartsWith($"error: {problem}", Assert.Single(_host.Errors), StringComparison.Ordinal);
        Assert.False(_host.LeftARun);
    }

    private async Task Study(params string[] more) =>
        Assert.Equal(0, await _host.Run(
            ["study", .. HostedRun.Tiny(["--name", "one", "--Analysis:Sequences=6", "--Analysis:PerturbationSequences=4", .. more])]));
}
