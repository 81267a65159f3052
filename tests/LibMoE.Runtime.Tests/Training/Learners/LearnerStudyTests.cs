using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Tests.Reporting.Watching;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Tests.Training.Learners;

/// <summary>A program with a learner of its own is studied, shared out, resumed, analysed and reported as one that trains text.</summary>
public sealed class LearnerStudyTests : IDisposable
{
    private static readonly string[] Tiny =
    [
        "--threads", "1", "--steps", "6", "--batch", "4", "--Training:LogEvery=1", "--Training:ValidateEvery=2", "--Training:Warmup=1",
        "--Training:CheckpointEvery=2", "--Training:KeepLast=9", "--Watch:TensorBoard=true",
    ];

    private readonly string _home = Directory.GetCurrentDirectory();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-learner-");

    public LearnerStudyTests() => Directory.SetCurrentDirectory(_folder.FullName);

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_home);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_study_over_seeds_has_every_metric_by_name_with_unit_direction_and_error()
    {
        await Run(["study", "--seeds", "2", "--name", "s", .. Tiny]);

        var results = StudyResults.Read("runs/s");
        Assert.Equal(["Dense", "TinyMoe"], results.Variants.Select(variant => variant.Name));
        Assert.All(results.Variants, variant =>
        {
            Assert.Equal(2, variant.Seeds.Count);
            Assert.Equal(["accuracy", "loss", "error of odd rows"], variant.Metrics.Select(metric => metric.Name));
            Assert.Equal(["share of rows", "nats", "points"], variant.Metrics.Select(metric => metric.Unit));
            Assert.Equal(MetricDirection.Higher, variant.Metrics[0].Direction);
            Assert.Equal(variant.Seeds.Average(seed => seed.Metrics[0].Value), variant.Metrics[0].Value, 1e-12);
            Assert.True(variant.Metrics[0].StdErr > 0);
        });
        var (dense, mixture) = (results.Variants[0].ActiveParameters, results.Variants[1].ActiveParameters);
        Assert.InRange((double)dense / mixture, 0.9, 1.1);
    }

    [Fact]
    public async Task Routers_can_be_asked_of_any_learner_and_what_is_about_text_of_none()
    {
        var output = await Run(["study", "--preset", "router-claims", "--seeds", "2", "--name", "s", .. Tiny]);

        Assert.Contains("TinyMoe without each token's best expert: loss ", output, StringComparison.Ordinal);
        Assert.Contains("TinyMoe without each token's best expert: accuracy ", output, StringComparison.Ordinal);
        Assert.Contains("TinyMoe, change rate between moments of training: ", output, StringComparison.Ordinal);
        Assert.Contains("\"preset\": \"router-claims\"", await File.ReadAllTextAsync("runs/s/preset.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_shows_them_and_tests_them_against_dense()
    {
        var output = await Run(["study", "--seeds", "2", "--name", "s", .. Tiny]);

        Assert.Contains("accuracy in share of rows (higher is better)", output, StringComparison.OrdinalIgnoreCase);
        var page = await File.ReadAllTextAsync("runs/s/report.html");
        Assert.Contains("accuracy, share of rows ↑", page, StringComparison.Ordinal);
        Assert.Contains("error of odd rows, points ↓", page, StringComparison.Ordinal);
        Assert.DoesNotContain("erplexity per byte", page, StringComparison.Ordinal);
        var summary = await File.ReadAllLinesAsync("runs/s/data/summary.csv");
        Assert.StartsWith("variant,accuracy,accuracy_std_err,difference_to_dense", summary[0], StringComparison.Ordinal);
        Assert.True(File.Exists("runs/s/data/difference-to-dense-accuracy.csv"));
        Assert.True(File.Exists("runs/s/data/metric-accuracy.csv"));
        Assert.Contains("even", await File.ReadAllTextAsync("runs/s/TinyMoe/seed-0/analysis.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_routing_is_analysed_by_group_over_training_and_under_disturbances()
    {
        await Run(["train", "--name", "t", .. Tiny]);

        var analysis = CellAnalysis.Read("runs/t/TinyMoe/seed-0")!;
        Assert.Equal([("even", 10L), ("odd", 10L)], analysis.Domains.Select(domain => (domain.Name, domain.Tokens)));
        var block = Assert.Single(analysis.Blocks);
        Assert.Equal(40, block.Picks!.Sum());
        Assert.Equal(2, block.DomainShare!.Count);
        Assert.NotEmpty(block.WeightSimilarity);
        Assert.Contains(analysis.Perturbations, result => result.Name == "DropTop1");
        Assert.Contains(analysis.Training, point => point is { Step: 6, Loss: not null });
    }

    [Fact]
    public async Task TensorBoard_and_metrics_carry_the_names()
    {
        await Run(["train", "--name", "t", .. Tiny]);

        var cell = "runs/t/TinyMoe/seed-0";
        var tags = EventFileTests.Read(Directory.GetFiles(cell, "events.out.tfevents.*").Single())
            .SelectMany(message => message.Summary?.Value.Select(value => value.Tag) ?? []).ToList();
        Assert.Contains("validation/accuracy", tags);
        Assert.Contains("validation/error of odd rows", tags);
        var record = RecordReader.Read("runs/t");
        Assert.Contains(Assert.Single(record.Cells).Progress, report => report.Metrics?.ContainsKey("accuracy") == true);
    }

    [Fact]
    public async Task Cells_are_shared_out_and_collected_to_the_results_of_the_study()
    {
        await Run(["study", "--seeds", "2", "--name", "whole", .. Tiny]);
        for (var index = 3; index >= 0; index--)
        {
            await Run(["run-cell", "--index", $"{index}", "--seeds", "2", "--name", "parts", .. Tiny]);
        }

        await Run(["collect", "--name", "parts"]);
        var (whole, parts) = (StudyResults.Read("runs/whole"), StudyResults.Read("runs/parts"));
        Assert.Equal(whole.Variants.SelectMany(variant => variant.Metrics), parts.Variants.SelectMany(variant => variant.Metrics));
        Assert.Equal(whole.Corpus, parts.Corpus);
    }

    [Fact]
    public async Task A_run_that_is_stopped_goes_on_to_the_same_result()
    {
        await Run(["train", "--name", "whole", .. Tiny]);
        await Run(["train", "--name", "parts", .. Tiny]);
        foreach (var step in new[] { 4, 6 })
        {
            Directory.Delete($"runs/parts/TinyMoe/seed-0/checkpoints/step-{step}", recursive: true);
        }

        File.Delete("runs/parts/TinyMoe/seed-0/result.json");
        var output = await Run(["train", "--name", "parts", "--resume", .. Tiny]);

        Assert.Contains("Training continues from step 2", output, StringComparison.Ordinal);
        Assert.Equal(Metrics("whole"), Metrics("parts"));
        Assert.Equal(
            await File.ReadAllBytesAsync("runs/whole/TinyMoe/seed-0/checkpoints/step-6/model.safetensors"),
            await File.ReadAllBytesAsync("runs/parts/TinyMoe/seed-0/checkpoints/step-6/model.safetensors"));
    }

    [Fact]
    public async Task A_grid_takes_settings_of_training_and_refuses_those_of_a_backbone()
    {
        await Run(["study", "--variants", "TinyMoe", "--name", "g", "--Study:Grid:Training:LearningRate=0.001,0.02", .. Tiny]);
        Assert.Equal(
            ["TinyMoe LearningRate=0.001", "TinyMoe LearningRate=0.02"],
            StudyResults.Read("runs/g").Variants.Select(variant => variant.Name));

        var error = await Fail(["study", "--name", "h", "--Study:Grid:Model:Dim=16,32", .. Tiny]);
        Assert.Contains("this program's learner has no such setting", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rates_and_the_stopping_metric_are_settings()
    {
        await Run(["train", "--name", "r", "--Training:Rates:ffn=0", "--Training:StopOnMetric=accuracy", "--Training:Patience=1", .. Tiny]);
        var config =
            JsonDocument.Parse(await File.ReadAllTextAsync("runs/r/TinyMoe/seed-0/config.json")).RootElement.GetProperty("training");
        Assert.Equal(0, config.GetProperty("rates").GetProperty("ffn").GetDouble());
        Assert.Equal("accuracy", config.GetProperty("stopOnMetric").GetString());

        Assert.Contains("Training:Rates:ffn is 'slow'; it must be a number", await Fail(["train", "--Training:Rates:ffn=slow", .. Tiny]),
            StringComparison.Ordinal);
        Assert.Contains(
            "did you mean 'accuracy'?", await Fail(["train", "--Training:StopOnMetric=acuracy", .. Tiny]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_checkpoint_is_no_language_model_and_says_so()
    {
        await Run(["train", "--name", "t", .. Tiny]);

        Assert.Contains(
            "holds a learner of a program's own", await Fail(["generate", "--model", "runs/t", "--prompt", "x"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_of_text_have_no_key_of_a_learner()
    {
        var training = JsonSerializer.Serialize(new TrainingConfig(), RunJson.Indented);

        Assert.DoesNotContain("rates", training, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("stopOnMetric", training, StringComparison.OrdinalIgnoreCase);
    }

    private static IReadOnlyList<MetricFigure> Metrics(string run) => StudyResults.Read($"runs/{run}").Variants.Single().Metrics;

    private static async Task<string> Run(string[] args)
    {
        var (exitCode, output, error) = await Start(args);
        Assert.True(exitCode == ExitCode.Done, output + error);
        return output;
    }

    private static async Task<string> Fail(string[] args)
    {
        var (exitCode, _, error) = await Start(args);
        Assert.Equal(ExitCode.Usage, exitCode);
        return error;
    }

    private static async Task<(int ExitCode, string Output, string Error)> Start(string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var builder = new MoeApplicationBuilder(args, output, error);
        builder.Services.AddSingleton(TinyLearner.Variant);
        builder.UseLearner(setup => new TinyLearner(setup));
        return (await builder.Build().RunVerbAsync(default), output.ToString(), error.ToString());
    }
}
