using System.Text.Json;
using LibMoE.Runtime.Hosting.Studies.Presets;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>Every preset of the verb study, asked on a tiny scale as a user asks it.</summary>
public sealed class StudyPresetTests : IDisposable
{
    private static readonly MoeVariant[] Variants =
        [MoeVariant.Of<HostedSmoe>(), MoeVariant.Of<HostedFine>(), MoeVariant.Of<HostedWide>(), MoeVariant.Of<HostedHash>()];

    private static readonly ModelConfig Model = new() { Dim = 16, Heads = 2, Layers = 1 };

    private readonly HostedRun _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Help_lists_every_preset_with_its_question()
    {
        Assert.Equal(0, await _host.Run("study", "--help"));

        var help = string.Join(' ', _host.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.All(StudyPresets.All, preset => Assert.Contains($"[{preset.Name}] {preset.Question}", help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Early_stopping_says_whose_best_moment_is_not_the_last()
    {
        var answer = await Ask("early-stopping", HostedRun.Tiny("--variants", "Dense,HostedSmoe"));

        Assert.Matches(@"^\d of 2 runs \(\d+ ?%\) had their best held-out loss before the last of 4 scored moments\.$", answer[0]);
        var points = CellAnalysis.Read("runs/one/HostedSmoe/seed-0")!.Training;
        Assert.Equal([1, 2, 3, 4], points.Select(point => point.Step));
        var best = points.MinBy(point => point.Loss)!;
        Assert.Contains(answer.Skip(1), sentence => best == points[^1]
            ? sentence.EndsWith(": the last is the best.", StringComparison.Ordinal)
            : sentence.StartsWith(
                FormattableString.Invariant($"HostedSmoe, seed 0: best at {best.Fraction:P0}"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Router_initialisation_trains_every_mixture_with_three_starts()
    {
        var answer = await Ask("router-init", HostedRun.Tiny("--variants", "Dense,HostedSmoe,HostedHash"));

        string[] names = ["HostedSmoe_RouterStd0.02", "HostedSmoe_RouterStd0.04", "HostedSmoe_RouterStd0.06"];
        Assert.Equal(names, StudyResults.Read("runs/one").Variants.Select(variant => variant.Name));
        Assert.Equal(names, answer.Select(sentence => sentence.Split(':')[0]));
        Assert.Equal(3, StudyResults.Read("runs/one").Variants.Select(variant => variant.ValidationLoss).Distinct().Count());
        Assert.Contains(
            "\"routerStd\": 0.04", File.ReadAllText("runs/one/HostedSmoe_RouterStd0.04/seed-0/config.json"), StringComparison.Ordinal);
        using var loaded = ModelLoader.Load("runs/one/HostedSmoe_RouterStd0.06/seed-0", Variants);
        Assert.Equal("HostedSmoe", loaded.Variant!.Name);
    }

    [Fact]
    public async Task Architecture_compares_layers_of_equal_work()
    {
        var answer = await Ask("architecture", HostedRun.Tiny());

        Assert.Equal(["Dense", "HostedSmoe", "HostedFine"], StudyResults.Read("runs/one").Variants.Select(variant => variant.Name));
        Assert.StartsWith("At equal active FLOPs (", answer[0], StringComparison.Ordinal);
        Assert.Contains(
            answer, sentence => sentence.StartsWith("HostedSmoe: 4 experts, 2 picked (E/K = 2), width 16, ", StringComparison.Ordinal));
        Assert.Contains(
            answer, sentence => sentence.StartsWith("HostedFine: 8 experts, 4 picked (E/K = 2), width 8, ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dense_against_mixture_says_when_the_mixture_is_as_good()
    {
        var answer = await Ask("dense", HostedRun.Tiny("--variants", "Dense,HostedSmoe"));

        Assert.Matches(@"^HostedSmoe reaches the loss that Dense ends with, \d\.\d{4}, (in [012] of 3 runs|after \d+ ?% of the steps)",
            Assert.Single(answer));
        Assert.Equal(3, StudyResults.Read("runs/one").Variants[0].Seeds.Count);
    }

    [Fact]
    public async Task Specialisation_names_the_expert_that_each_domain_leans_on()
    {
        File.WriteAllText("digits.txt", string.Concat(Enumerable.Range(0, 4000).Select(line => $"{line * 7919 % 10007}\n\n")));
        string[] domains =
        [
            "--Corpus:Domains:0:Name=lines", "--Corpus:Domains:0:Path=text.txt", "--Corpus:Domains:1:Name=digits",
            "--Corpus:Domains:1:Path=digits.txt",
        ];

        var answer = await Ask(
            "specialisation", [.. HostedRun.Tiny("--variants", "HostedSmoe").Skip(2), .. domains, "--Analysis:Sequences=20"]);

        Assert.Matches(
            @"^HostedSmoe, seed 0, block 0: \d\.\d{3} nats of domain information \(\d\.\d{4} by chance, at most 0\.69\); "
                + @"most of all lines on SwiGlu \d \(.*\) and digits on SwiGlu \d \(.*\)\.$",
            Assert.Single(answer));
    }

    [Fact]
    public async Task What_is_given_overrides_the_presets_settings()
    {
        await Ask("dense", HostedRun.Tiny("--variants", "Dense,HostedSmoe", "--seeds", "1", "--Analysis:Points=2"));

        Assert.Single(StudyResults.Read("runs/one").Variants[0].Seeds);
        Assert.Equal([2, 4], CellAnalysis.Read("runs/one/Dense/seed-0")!.Training.Select(point => point.Step));
    }

    [Fact]
    public async Task A_grid_asks_the_question_once_for_each_of_its_settings()
    {
        var answer = await Ask(
            "dense", HostedRun.Tiny("--variants", "Dense,HostedSmoe", "--seeds", "1", "--Study:Grid:Training:LearningRate=0.0001,0.02"));

        Assert.Equal(["LearningRate=0.0001", "LearningRate=0.02"], answer.Select(sentence => sentence.Split(':')[0]));
        Assert.All(answer, sentence =>
        {
            // Each mixture is held to the baseline of its own settings.
            var goal = CellAnalysis.Read($"runs/one/Dense/{sentence.Split(':')[0]}/seed-0")!.Training[^1].Loss!.Value;
            Assert.Contains(FormattableString.Invariant($": HostedSmoe reaches the loss that Dense ends with, {goal:F4}, "),
                sentence, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_grid_may_change_which_layers_a_preset_chooses()
    {
        var answer = await Ask("architecture", HostedRun.Tiny("--Study:Grid:Model:Dim=16,32"));

        Assert.Equal(2, answer.Count(sentence => sentence.Contains(": At equal active FLOPs (", StringComparison.Ordinal)));
        Assert.Equal(2, answer.Count(sentence => sentence.Contains(": HostedFine: 8 experts, 4 picked", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cells_run_one_by_one_and_collected_answer_as_the_study_does()
    {
        string[] study = ["--preset", "router-init", "--Analysis:Sequences=6", .. HostedRun.Tiny(
            "--variants", "HostedSmoe", "--Study:Grid:Training:LearningRate=0.001,0.002")];
        Assert.Equal(0, await _host.Run(Variants, ["study", "--name", "whole", .. study]));
        foreach (var index in Enumerable.Range(0, 6).Reverse())
        {
            Assert.Equal(0, await _host.Run(Variants, ["run-cell", "--index", $"{index}", "--name", "shared", .. study]));
        }

        Assert.Equal(0, await _host.Run(Variants, ["collect", "--name", "shared", "--preset", "router-init"]));

        Assert.Equal(File.ReadAllText("runs/whole/cells.jsonl"), File.ReadAllText("runs/shared/cells.jsonl"));
        Assert.Equal(File.ReadAllText("runs/whole/preset.json"), File.ReadAllText("runs/shared/preset.json"));
        Assert.Contains(
            "LearningRate=0.002: HostedSmoe_RouterStd0.06: load ", File.ReadAllText("runs/shared/preset.json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--preset (Study:Preset) is 'early-stoping', which is not a preset; did you mean 'early-stopping'?", "--preset",
        "early-stoping")]
    [InlineData("--preset (Study:Preset) is 'router-init', but none of the chosen variants has a router", "--preset", "router-init",
        "--variants", "Dense,HostedHash")]
    [InlineData(
        "--preset (Study:Preset) is 'architecture', which compares layers of equal active FLOPs; of the 2 chosen no two are within 2 %.",
        "--preset", "architecture", "--variants", "HostedSmoe,HostedWide")]
    public async Task What_cannot_be_asked_is_refused_in_one_line(string problem, params string[] args)
    {
        Assert.Equal(2, await _host.Run(Variants, ["study", .. HostedRun.Tiny(args)]));

        var error = Assert.Single(_host.Errors).Replace("2%", "2 %", StringComparison.Ordinal);
        Assert.StartsWith("error: " + problem, error, StringComparison.Ordinal);
        Assert.False(_host.LeftARun);
    }

    [Fact]
    public void A_router_starts_as_the_same_draws_at_another_size()
    {
        using var plain = LanguageModel.Create(Model, Variants[0], seed: 5);
        using var larger = LanguageModel.Create(Model with { RouterStd = 0.06 }, Variants[0], seed: 5);
        using var hashed = LanguageModel.Create(Model with { RouterStd = 0.06 }, Variants[3], seed: 5);

        foreach (var ((name, one), (_, other)) in plain.named_parameters().Zip(larger.named_parameters()))
        {
            using var expected = name.Contains("router.weight", StringComparison.Ordinal) ? one.detach() * 3 : one.detach().clone();
            using var difference = (expected - other.detach()).abs().max();
            Assert.Equal(0, difference.item<float>(), 1e-7);
        }

        Assert.Equal("Model:RouterStd is 0; it must be above 0.", Assert.Single((Model with { RouterStd = 0 }).Problems()));
    }

    [Fact]
    public void Load_is_balanced_from_the_report_after_which_it_stays_so()
    {
        static TrainingProgress At(int step, double? cv) => new(step, 50, 1, 0, 0, 1, cv, 0, TimeSpan.Zero, []);

        Assert.Equal(40, RouterInitialization.BalancedFrom([At(10, 0.9), At(20, 0.4), At(30, 0.6), At(40, 0.5), At(50, 0.1)]));
        Assert.Equal(10, RouterInitialization.BalancedFrom([At(10, 0.2), At(20, 0.4)]));
        Assert.Null(RouterInitialization.BalancedFrom([At(10, 0.2), At(20, 0.8)]));
        Assert.Null(RouterInitialization.BalancedFrom([At(10, null)]));
    }

    [Fact]
    public void A_loss_is_reached_between_two_moments_in_proportion()
    {
        static TrainingPoint At(double fraction, double loss) =>
            new() { Step = (int)(100 * fraction), Fraction = fraction, Loss = loss, Blocks = [] };
        TrainingPoint[] points = [At(0.25, 4), At(0.5, 3), At(1, 2)];

        Assert.Equal(0.625, DenseAgainstMixture.ReachedAt(points, 2.75)!.Value, 1e-12);
        Assert.Equal(0.25, DenseAgainstMixture.ReachedAt(points, 5));
        Assert.Equal(1, DenseAgainstMixture.ReachedAt(points, 2));
        Assert.Null(DenseAgainstMixture.ReachedAt(points, 1.9));
    }

    [Fact]
    public void Task_scores_decide_early_stopping_where_every_moment_has_them()
    {
        var result = Result("Smoe");
        TrainingPoint At(double fraction, double loss, double score) =>
            new()
            {
                Step = 1,
                Fraction = fraction,
                Loss = loss,
                Blocks = [],
                Tasks = new Dictionary<string, double>
                {
                    ["a"] = score,
                    ["b"] = 0.5
                }
            };
        var cell = new AnalysedCell("Smoe", result, Empty with { Training = [At(0.8, 3, 0.6), At(1, 2, 0.4)] });

        var curve = Assert.Single(ScoredTraining.Curves([cell]));
        Assert.False(curve.LowerIsBetter);
        Assert.True(curve.PeaksEarly);
        Assert.Equal(0.1, curve.Lost, 1e-12);
        Assert.StartsWith("1 of 1 runs", ScoredTraining.Answer([cell])[0], StringComparison.Ordinal);

        var byLoss = Assert.Single(ScoredTraining.Curves([cell with
        {
            Analysis = Empty with { Training = [At(0.8, 3, 0.6), At(1, 2, 0.4) with { Tasks = new Dictionary<string, double>() }] }
        }]));
        Assert.False(byLoss.PeaksEarly);
        Assert.Single(ScoredTraining.Answer([cell with { Analysis = null }]));
    }

    private static CellAnalysis Empty => new() { Variant = "Smoe", Seed = 0, Tokens = 0, Domains = [], Blocks = [] };

    private static TrainingResult Result(string name) => new()
    {
        Name = name,
        Seed = 0,
        StructureHash = "",
        TotalParameters = 1,
        ActiveParameters = 1,
        FlopsPerToken = 1,
        TrainLoss = 1,
        ValidationLoss = 1,
        ValidationLossStdErr = 0,
        SequenceLosses = [1, 1],
        PerplexityPerByte = 1,
        TokensPerSecond = 1,
        WallSeconds = 1,
        Load = null,
        History = [],
    };

    private async Task<IReadOnlyList<string>> Ask(string preset, string[] args)
    {
        Assert.Equal(0, await _host.Run(Variants,
            ["study", "--preset", preset, "--name", "one", "--Analysis:Sequences=6", "--Analysis:PerturbationSequences=4", .. args]));
        Assert.Empty(_host.Errors);
        Assert.Contains(StudyPresets.Find(preset)!.Question[..40], _host.Output, StringComparison.Ordinal);
        using var answer = JsonDocument.Parse(File.ReadAllText("runs/one/preset.json"));
        Assert.Equal(preset, answer.RootElement.GetProperty("preset").GetString());
        return [.. answer.RootElement.GetProperty("answer").EnumerateArray().Select(sentence => sentence.GetString()!)];
    }
}
