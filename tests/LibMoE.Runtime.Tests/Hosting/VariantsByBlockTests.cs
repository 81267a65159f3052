using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;
using LibMoE.Runtime.Tests.Models.ByBlock;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>Variants whose blocks differ, from a study to its report and what is done with its models.</summary>
public sealed class VariantsByBlockTests : IDisposable
{
    private static readonly MoeVariant[] Variants =
        [MoeVariant.Of<LearnedLate>(), MoeVariant.Of<EverySecond>(), MoeVariant.Of<Growing>()];

    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_study_trains_analyses_and_reports_them_and_its_models_write_and_are_described()
    {
        Assert.Equal(ExitCode.Done, await Run(["study", .. Tiny("--name", "one", "--seeds", "1")]));
        Assert.Empty(_run.Errors);

        var results = StudyResults.Read("runs/one");
        Assert.Equal(["Dense", "LearnedLate", "EverySecond", "Growing"], results.Variants.Select(variant => variant.Name));
        Assert.Equal([6, 6, 4, 4], Experts("LearnedLate"));
        Assert.Equal([4, 4], Experts("EverySecond"));
        Assert.Equal([2, 3, 5], Experts("Growing"));
        Assert.Equal([0, 2, 3], AnalysedBlocks("Growing"));
        Assert.Contains(
            "LibMoE.HashGateAttribute/1(Learned=true", await File.ReadAllTextAsync("runs/one/report.html"), StringComparison.Ordinal);

        Assert.Equal(ExitCode.Done, await Run(
            ["generate", "--model", "runs/one/LearnedLate/seed-0", "--prompt", "Line ", "--tokens", "4", "--threads", "1"]));
        Assert.StartsWith("Line ", _run.Output, StringComparison.Ordinal);

        string[] analyze = ["analyze", "--checkpoint", "runs/one/LearnedLate/seed-0", "--corpus", "text.txt", "--threads", "1"];
        Assert.Equal(ExitCode.Done, await Run(analyze));
        Assert.Empty(_run.Errors);
    }

    [Fact]
    public async Task Blocks_without_counts_of_picks_do_not_shift_those_with_them()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(
            [MoeVariant.Of<AfterSlots>()], ["train", "--variant", "AfterSlots", .. Tiny("--name", "slots")]));

        var figures = ReportSections.Of(RecordReader.Read("runs/slots")).Figures("load-seed-0")!;
        Assert.Equal(["AfterSlots · 2", "AfterSlots · 3"], figures.Words("layer").Distinct());
    }

    [Fact]
    public async Task Training_goes_on_bit_for_bit()
    {
        string[] train = ["train", "--variant", "LearnedLate", .. Tiny("--Training:CheckpointEvery=2")];
        Assert.Equal(ExitCode.Done, await Run([.. train, "--name", "whole"]));
        Assert.Equal(ExitCode.Done, await Run([.. train, "--name", "parts"]));
        Directory.Delete("runs/parts/LearnedLate/seed-0/checkpoints/step-4", recursive: true);
        File.Delete("runs/parts/LearnedLate/seed-0/result.json");

        Assert.Equal(ExitCode.Done, await Run([.. train, "--name", "parts", "--resume"]));
        Assert.Contains("Training continues from step 2", _run.Output, StringComparison.Ordinal);
        Assert.Equal(Model("whole"), Model("parts"));

        static byte[] Model(string run) => File.ReadAllBytes($"runs/{run}/LearnedLate/seed-0/checkpoints/step-4/model.safetensors");
    }

    [Fact]
    public async Task Describe_shows_which_blocks_have_what_and_what_each_costs()
    {
        Assert.Equal(ExitCode.Done, await Run("describe", "--Model:Layers=5", "--Model:Dim=16", "--Model:Hidden=16"));

        var first = MoeVariant.Of<LearnedLate.First>().Declaration;
        var shape = new MoeShape(16, 16, 0, 5) { Vocabulary = 256 };
        Assert.Contains("blocks 0-1", _run.Output, StringComparison.Ordinal);
        Assert.Contains(
            FormattableString.Invariant(
                $"First: {first.TotalParameters(shape):N0} parameters, {first.ActiveParameters(shape):N0} active, "),
            _run.Output, StringComparison.Ordinal);
        Assert.Contains("dense SwiGlu: 768 parameters, 1,536 FLOPs for a token", _run.Output, StringComparison.Ordinal);
        Assert.All(first.Formulas, formula => Assert.Contains(
            Words(formula), Words(_run.Output), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_without_the_blocks_is_a_wrong_configuration_and_the_baseline_alone_asks_for_none()
    {
        string[] study = ["study", .. HostedRun.Tiny("--name", "one")];
        Assert.Equal(ExitCode.Usage, await Run([.. study, "--variants", "Growing"]));
        Assert.Equal(
            [
                "error: Growing declares a layer for block 3 (Blocks = \"3-\"), but the model has only block 0; set Model:Layers to at "
                    + "least 4.",
            ],
            _run.Errors);
        Assert.False(_run.LeftARun);
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static int[] Experts(string variant) => JsonSerializer
        .Deserialize<TrainingResult>(File.ReadAllText($"runs/one/{variant}/seed-0/result.json"), RunJson.Indented)!
        .Load!.PicksPerBlock.Select(picks => picks.Count).ToArray();

    private static int[] AnalysedBlocks(string variant)
    {
        using var analysis = JsonDocument.Parse(File.ReadAllText($"runs/one/{variant}/seed-0/analysis.json"));
        return [.. analysis.RootElement.GetProperty("blocks").EnumerateArray().Select(block => block.GetProperty("block").GetInt32())];
    }

    private static string[] Tiny(params string[] more) =>
        [.. HostedRun.Tiny().Where(arg => arg != "--Model:Layers=1"), "--Model:Layers=4", .. more];

    private Task<int> Run(params string[] args) => _run.Run(Variants, args);
}
