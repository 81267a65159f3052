using LibMoE.Runtime.Reporting.Tracking;
using LibMoE.Runtime.Tests.Hosting;

namespace LibMoE.Runtime.Tests.Reporting.Tracking;

/// <summary>Texts are drawn on the way by choice, and change nothing of the training.</summary>
public sealed class TextSamplesTests : IDisposable
{
    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Samples_are_drawn_at_every_so_many_steps_with_each_prompt_and_shown_in_the_report()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny(
            "--name", "one", "--Tracking:SampleEvery=2", "--Tracking:SamplePrompts:0=Line ", "--Tracking:SamplePrompts:1=7",
            "--Tracking:SampleTokens=5")]));

        var samples = TextSample.Read("runs/one/HostedSmoe/seed-0");
        Assert.Equal([(2, "Line "), (2, "7"), (4, "Line "), (4, "7")], samples.Select(sample => (sample.Step, sample.Prompt)));
        Assert.All(samples, sample => Assert.InRange(sample.Text.Length, 1, 5));
        Assert.Contains("Samples over training", File.ReadAllText("runs/one/report.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_model_is_bit_for_bit_the_one_without_samples()
    {
        await _run.Run(["study", .. HostedRun.Tiny("--name", "with", "--Tracking:SampleEvery=1")]);
        await _run.Run(["study", .. HostedRun.Tiny("--name", "without")]);

        foreach (var cell in new[] { "Dense", "HostedSmoe" })
        {
            var weights = Directory.GetFiles($"runs/without/{cell}/seed-0/checkpoints", "*.safetensors", SearchOption.AllDirectories);
            Assert.NotEmpty(weights);
            Assert.All(weights, file => Assert.Equal(
                File.ReadAllBytes(file), File.ReadAllBytes(file.Replace("runs/without", "runs/with", StringComparison.Ordinal))));
        }

        Assert.Equal(4, TextSample.Read("runs/with/Dense/seed-0").Count);
        Assert.False(File.Exists("runs/without/Dense/seed-0/samples.jsonl"));
    }

    [Fact]
    public async Task A_continued_run_draws_what_one_without_a_stop_draws()
    {
        string[] sampled = ["--Tracking:SampleEvery=1", "--Tracking:SampleTokens=4", "--Training:Schedule=Constant"];
        await _run.Run(["train", .. HostedRun.TinyFor(4, [.. sampled, "--name", "whole"])]);
        await _run.Run(["train", .. HostedRun.TinyFor(2, [.. sampled, "--name", "halves"])]);
        // A sample of a step after the checkpoint, and half a line, as a kill leaves them.
        File.AppendAllText(
            "runs/halves/HostedSmoe/seed-0/samples.jsonl", new TextSample(3, "a", "b").ToLine() + "\n" + "{\"step\":");
        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.TinyFor(
            4, [.. sampled, "--name", "halves", "--resume", "--allow-change", "Training:Steps"])]));

        Assert.Equal(4, TextSample.Read("runs/halves/HostedSmoe/seed-0").Count);
        Assert.Equal(TextSample.Read("runs/whole/HostedSmoe/seed-0"), TextSample.Read("runs/halves/HostedSmoe/seed-0"));
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_for_the_model_stops_nothing()
    {
        var prompt = new string('x', 1000);

        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. HostedRun.Tiny(
            "--name", "one", "--Tracking:SampleEvery=1", $"--Tracking:SamplePrompts:0={prompt}")]));

        Assert.Empty(TextSample.Read("runs/one/HostedSmoe/seed-0"));
        Assert.True(File.Exists("runs/one/HostedSmoe/seed-0/result.json"));
    }
}
