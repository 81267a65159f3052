using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;
using LibMoE.Runtime.Tests.Evaluation;
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

    /// <summary>The verbs after training: each asks the model's own layers, whichever block they are in.</summary>
    [Theory]
    [InlineData("EverySecond")]
    [InlineData("LearnedLate")]
    public async Task A_trained_model_is_evaluated_finetuned_and_read_again(string variant)
    {
        Assert.Equal(ExitCode.Done, await Run(["train", "--variant", variant, .. Tiny("--name", "one", "--Model:Context=64")]));
        var cell = $"runs/one/{variant}/seed-0";
        using var data = SampleTask.Data(Enumerable.Range(0, 12).Select(item => item % 4));
        var task = Path.Combine(data.Path, "sample.json");
        await File.WriteAllTextAsync(task, TaskFile.Write(SampleTask.Choice()));

        Assert.Equal(ExitCode.Done, await Run(
            "evaluate", "--checkpoint", $"{cell},runs/one", "--tasks", task, "--threads", "1", "--name", "scores"));
        Assert.Empty(_run.Errors);
        Assert.NotEmpty(Directory.GetFiles("runs/scores", "evaluation.json", SearchOption.AllDirectories));

        File.WriteAllLines("chats.jsonl", Enumerable.Range(0, 24).Select(item =>
            $$"""{"messages":[{"role":"user","content":"say {{item % 3}}"},{"role":"assistant","content":"{{new string((char)('a' + (item % 3)), 3)}}"}]}"""));
        Assert.Equal(ExitCode.Done, await Run(
            "finetune", "--model", cell, "--data", "chats.jsonl", "--steps", "2", "--batch", "2", "--rank", "2", "--threads", "1", "--name",
            "tuned", "--Training:Warmup=1", "--Training:ValidationSequences=4"));
        Assert.Empty(_run.Errors);
        using var adapters = TensorSource.Open(DiskFiles.Instance, $"runs/tuned/{variant}/seed-0/adapter/adapter_model.safetensors");
        var adapted = adapters.Tensors.Where(tensor => tensor.Name.Contains(".ffn.", StringComparison.Ordinal))
            .Select(tensor => tensor.Name.Split('.')[3]).Distinct().Order();
        Assert.Equal(["0", "1", "2", "3"], adapted);

        Assert.Equal(ExitCode.Done, await Run(
            "generate", "--model", "runs/tuned", "--prompt", "say ", "--tokens", "4", "--threads", "1", "--temperature", "0"));
        Assert.StartsWith("say ", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_has_the_blocks_that_are_declared_and_layers_that_differ_are_refused_by_name()
    {
        string[] train = ["train", .. Tiny("--Model:QueryKeyNorm=true")];
        Assert.Equal(ExitCode.Done, await Run([.. train, "--variant", "EverySecond", "--name", "second"]));
        Assert.Equal(ExitCode.Done, await Run([.. train, "--variant", "LearnedLate", "--name", "late"]));

        Assert.Equal(ExitCode.Done, await Run("export", "--model", "runs/second", "--to", "out"));
        Assert.StartsWith("EverySecond written as qwen3_moe to out", _run.Output, StringComparison.Ordinal);
        using var config = JsonDocument.Parse(await File.ReadAllTextAsync("out/config.json"));
        Assert.Equal([0, 2], config.RootElement.GetProperty("mlp_only_layers").EnumerateArray().Select(block => block.GetInt32()));
        string[] greedy = ["--prompt", "Line ", "--tokens", "6", "--temperature", "0", "--threads", "1"];
        Assert.Equal(ExitCode.Done, await Run(["generate", "--model", "runs/second", .. greedy]));
        var text = _run.Output;
        Assert.Equal(ExitCode.Done, await Run(["generate", "--model", "out", .. greedy]));
        Assert.Equal(text, _run.Output);

        Assert.Equal(ExitCode.Usage, await Run("export", "--model", "runs/late", "--to", "late"));
        Assert.Contains("layers that differ by block", Assert.Single(_run.Errors), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await Run("export", "--model", "runs/late", "--to", "late.gguf"));
        Assert.Contains("layers that differ by block", Assert.Single(_run.Errors), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await Run("export", "--model", "runs/second", "--to", "second.gguf"));
        Assert.Contains("no counterpart in qwen3moe for blocks without a mixture", Assert.Single(_run.Errors), StringComparison.Ordinal);
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
