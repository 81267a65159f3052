using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Tests.Hosting;

public sealed class StudyRunTests : IDisposable
{
    private static readonly MoeVariant Smoe = MoeVariant.Of<HostedSmoe>();
    private static readonly MoeVariant Broken =
        Smoe with { Name = "Broken", Create = _ => throw new InvalidOperationException("It broke.") };

    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_study_writes_its_results_and_per_run_its_configuration_and_metrics()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny("--seeds", "2", "--name", "one")]));

        Assert.Empty(_run.Errors);
        var results = StudyResults.Read("runs/one");
        Assert.Equal(["Dense", "HostedSmoe"], results.Variants.Select(variant => variant.Name));
        Assert.All(results.Variants, variant => Assert.Equal([0L, 1L], variant.Seeds.Select(seed => seed.Seed)));
        foreach (var (variant, seed) in results.Variants.SelectMany(variant => variant.Seeds.Select(seed => (variant.Name, seed.Seed))))
        {
            var folder = $"runs/one/{variant}/seed-{seed}";
            using var config = JsonDocument.Parse(File.ReadAllText($"{folder}/config.json"));
            Assert.Equal(variant, config.RootElement.GetProperty("variant").GetString());
            Assert.Equal(seed, config.RootElement.GetProperty("training").GetProperty("seed").GetInt64());
            Assert.Equal(
                [1, 2, 3, 4],
                File.ReadLines($"{folder}/metrics.jsonl")
                    .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()));
        }

        var read = JsonSerializer.Deserialize<TrainingResult>(
            File.ReadAllText("runs/one/HostedSmoe/seed-1/result.json"), RunJson.Indented)!;
        Assert.Equal(results.Variants[1].Seeds[1].ValidationLoss, read.ValidationLoss);
        Assert.Equal(4 * 2 * 16 * 2, read.History.Sum(report => report.Blocks[0].Picks!.Sum()));
        Assert.Equal(8, read.SequenceLosses.Count);
        Assert.Equal(results.Variants[1].Seeds[1].LoadCv, read.LoadCv);
        Assert.Empty(Directory.EnumerateFiles("runs", "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_same_study_twice_gives_the_same_losses()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny("--name", "a")]));
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny("--name", "b")]));

        Assert.Equal(
            StudyResults.Read("runs/a").Variants.Select(variant => (variant.TrainLoss, variant.ValidationLoss)),
            StudyResults.Read("runs/b").Variants.Select(variant => (variant.TrainLoss, variant.ValidationLoss)));
    }

    [Fact]
    public async Task A_run_that_fails_is_listed_and_does_not_take_the_others_with_it()
    {
        Assert.Equal(ExitCode.Failed, await _run.Run([Broken, Smoe], ["study", .. HostedRun.Tiny("--name", "one")]));

        Assert.Equal(["Dense", "HostedSmoe"], StudyResults.Read("runs/one").Variants.Select(variant => variant.Name));
        Assert.Contains("Broken, seed 0, failed: It broke.", _run.Output, StringComparison.Ordinal);
        Assert.Contains("It broke.", File.ReadAllText("runs/one/Broken/seed-0/error.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_without_a_single_good_run_has_no_results()
    {
        Assert.Equal(
            ExitCode.Failed,
            await _run.Run([Broken], ["study", .. HostedRun.Tiny("--name", "one", "--variants", "Broken")]));

        Assert.False(File.Exists("runs/one/results.json"));
        Assert.Contains("failed: It broke.", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_study_keeps_what_is_finished()
    {
        using var stop = new CancellationTokenSource();
        var stopping = Smoe with
        {
            Name = "Stopping",
            Create = shape =>
            {
                stop.Cancel();
                return Smoe.Create(shape);
            },
        };

        Assert.Equal(ExitCode.Stopped, await _run.Run([stopping, Smoe], ["study", .. HostedRun.Tiny("--name", "one")], stop.Token));

        Assert.Equal("Dense", Assert.Single(StudyResults.Read("runs/one").Variants).Name);
        Assert.False(Directory.Exists("runs/one/HostedSmoe"));
        Assert.Equal(["Stopped; everything finished is saved."], _run.Errors);
    }

    [Fact]
    public async Task A_program_stopped_before_it_begins_does_nothing()
    {
        Assert.Equal(ExitCode.Stopped, await _run.Run([Smoe], ["study", .. HostedRun.Tiny()], new CancellationToken(canceled: true)));
        Assert.False(_run.LeftARun);
    }

    [Fact]
    public async Task A_chosen_name_must_be_free_and_a_default_one_counts_on()
    {
        string[] study = ["train", .. HostedRun.Tiny()];
        Assert.Equal(ExitCode.Done, await _run.Run(study));
        Assert.Equal(ExitCode.Done, await _run.Run(study));
        Assert.Equal(ExitCode.Usage, await _run.Run([.. study, "--name", "hosted-smoe"]));

        Assert.Equal(["hosted-smoe", "hosted-smoe-2"], Directory.GetDirectories("runs").Select(Path.GetFileName).Order());
        Assert.Equal(
            [$"error: --name (Run:Name) is 'hosted-smoe', but {Path.Combine("runs", "hosted-smoe")} exists already; choose another "
                + "name or delete it."],
            _run.Errors);
    }

    [Fact]
    public async Task Train_trains_one_variant_and_refuses_several()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny("--variant", "dense", "--seed", "3")]));
        Assert.Equal(3, Assert.Single(Assert.Single(StudyResults.Read("runs/dense").Variants).Seeds).Seed);

        Assert.Equal(ExitCode.Usage, await _run.Run(["train", .. HostedRun.Tiny("--variant", "dense,hostedsmoe")]));
        Assert.Equal(
            ["error: --variant (Study:Variants) is 'dense,hostedsmoe'; 'train' takes one variant, 'study' takes several."], _run.Errors);
    }

    [Theory]
    [InlineData("--corpus", "nowhere.txt")]
    [InlineData("--batch", "100000")]
    [InlineData("--variants", "Nobody")]
    public async Task What_cannot_be_run_as_configured_leaves_no_folder(params string[] wrong)
    {
        string[] args = ["study", .. HostedRun.Tiny()];
        var at = Array.IndexOf(args, wrong[0]);
        args = at < 0 ? [.. args, .. wrong] : [.. args[..at], .. wrong, .. args[(at + 2)..]];

        Assert.Equal(ExitCode.Usage, await _run.Run(args));
        Assert.Contains(wrong[1], Assert.Single(_run.Errors), StringComparison.Ordinal);
        Assert.False(_run.LeftARun);
    }

    [Fact]
    public async Task Describe_shows_formulas_costs_and_hashes()
    {
        Assert.Equal(ExitCode.Done, await _run.Run("describe"));

        var declared = Smoe.Declaration;
        Assert.All([declared.Structure, declared.Full, .. declared.Formulas], fact => Assert.Contains(
            fact, _run.Output, StringComparison.Ordinal));
        Assert.Contains(
            ModelCost.TotalParameters(new ModelConfig(), declared).ToString("N0", System.Globalization.CultureInfo.InvariantCulture),
            _run.Output,
            StringComparison.Ordinal);
        Assert.False(_run.LeftARun);
    }
}
