using LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>upcycle, generate and export, as a user runs them one after the other.</summary>
public sealed class ModelVerbsTests : IDisposable
{
    private static readonly ModelConfig Small = new() { Dim = 16, Layers = 2, Heads = 2, Hidden = 16, Context = 32 };
    private static readonly string[] Training =
        ["--corpus", "text.txt", "--threads", "1", "--batch", "2", "--sequence-length", "16", "--Training:ValidationSequences=8",
            "--Training:Warmup=1"];

    private readonly HostedRun _host = new();

    public ModelVerbsTests()
    {
        using var dense = LanguageModel.Create(Small, seed: 2);
        ModelSaver.Save(dense, new ByteTokenizer(), "dense");
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_dense_model_is_upcycled_trained_exported_and_continues_a_text()
    {
        Assert.Equal(0, await _host.Run(["upcycle", "--model", "dense", "--steps", "3", "--name", "up", .. Training]));
        Assert.Empty(_host.Errors);
        Assert.Contains("Dense, ", _host.Output, StringComparison.Ordinal);
        Assert.Contains("  blocks.1.ffn.gate_up and down: to 4 experts", _host.Output, StringComparison.Ordinal);
        Assert.Contains("start: computes what the dense model did", _host.Output, StringComparison.Ordinal);
        Assert.Equal(Loss("dense"), Loss("upcycled"));
        Assert.NotEqual(Loss("dense"), Loss("trained for 3 steps"));
        Assert.Contains($"Written to {Path.Combine("runs", "up", "HostedSmoe", "seed-0")}", _host.Output, StringComparison.Ordinal);
        Assert.All(
            ["upcycling.txt", "config.json", "metrics.jsonl", "result.json", "origin.json", "analysis.json"],
            name => Assert.True(File.Exists(Path.Combine("runs", "up", "HostedSmoe", "seed-0", name)), name));

        string[] greedy = ["--prompt", "Line ", "--tokens", "6", "--temperature", "0", "--threads", "1"];
        Assert.Equal(0, await _host.Run(["generate", "--model", "runs/up", .. greedy]));
        var text = _host.Output;
        Assert.StartsWith("Line ", text, StringComparison.Ordinal);

        Assert.Equal(0, await _host.Run("export", "--model", "runs/up", "--to", "out"));
        Assert.StartsWith($"HostedSmoe written as mixtral to out{Environment.NewLine}", _host.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _host.Run(["generate", "--model", "out", .. greedy]));
        Assert.Equal(text, _host.Output);

        Assert.Equal(0, await _host.Run("export", "--model", "runs/up", "--to", "out.gguf"));
        Assert.Equal($"HostedSmoe written as llama to out.gguf{Environment.NewLine}", _host.Output);
        Assert.Equal(0, await _host.Run(["generate", "--model", "out.gguf", .. greedy]));
        Assert.Equal(text, _host.Output);
    }

    [Fact]
    public async Task A_gguf_file_is_upcycled_exported_and_written_in_a_folder()
    {
        Assert.Equal(0, await _host.Run("export", "--model", "dense", "--to", "small", "--format", "gguf", "--type", "BF16"));
        var file = Path.Combine("small", "model.gguf");
        Assert.Equal($"Dense written as llama to {file}{Environment.NewLine}", _host.Output);

        Assert.Equal(0, await _host.Run(["upcycle", "--model", file, "--name", "up", .. Training]));
        Assert.Equal(0, await _host.Run("export", "--model", "runs/up", "--to", "up.gguf", "--type", "Q8_0"));
        Assert.Equal(1, await _host.Run("export", "--model", "runs/up", "--to", "up.gguf"));
        Assert.Contains("up.gguf exists already; choose another name", _host.Errors[0], StringComparison.Ordinal);
        Assert.Equal(2, await _host.Run("export", "--model", "up.gguf", "--to", "none.gguf", "--architecture", "bert"));
        Assert.Contains("must be one of llama, qwen3moe, olmoe", _host.Errors[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_llama_cpp_rounds_of_a_gpt_oss_is_said_where_the_model_does_not(bool isExact)
    {
        var config = GgufExportTests.GptOss with { RotaryScaling = GgufExportTests.GptOss.RotaryScaling! with { ExactChannels = isExact } };
        using (var model = GgufExportTests.Model(config, nameof(TinyGptOss)))
        {
            ModelSaver.Save(model, new ByteTokenizer(), "oss");
        }

        var variants = new[] { MoeVariant.Of<TinyGptOss>() };
        Assert.Equal(0, await _host.Run(variants, ["export", "--model", "oss", "--to", "oss.gguf"]));

        Assert.StartsWith("TinyGptOss written as gpt-oss to oss.gguf", _host.Output, StringComparison.Ordinal);
        Assert.Equal(isExact, _host.Output.Contains("llama.cpp rounds the pairs of channels", StringComparison.Ordinal));
        string[] greedy = ["--prompt", "Line ", "--tokens", "6", "--temperature", "0", "--threads", "1"];
        Assert.Equal(0, await _host.Run(variants, ["generate", "--model", "oss", .. greedy]));
        var text = _host.Output;
        Assert.Equal(0, await _host.Run(variants, ["generate", "--model", "oss.gguf", .. greedy]));
        Assert.Equal(text, _host.Output);
    }

    [Fact]
    public async Task A_text_that_fills_the_context_says_that_it_stopped()
    {
        string[] greedy = ["generate", "--model", "dense", "--prompt", "Line ", "--temperature", "0", "--threads", "1"];

        Assert.Equal(0, await _host.Run([.. greedy, "--tokens", "100"]));
        Assert.EndsWith(
            $"(The text stops here: the model's context of 32 tokens is full.){Environment.NewLine}",
            _host.Output,
            StringComparison.Ordinal);
        Assert.Equal(0, await _host.Run([.. greedy, "--tokens", "28"]));
        Assert.DoesNotContain("stops here", _host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_whose_rate_is_far_too_large_ends_with_a_caution()
    {
        await _host.Run([MoeVariant.Of<HostedSmoe>()], HostedRun.Tiny("--Training:LearningRate=1000", "--name", "wild"));

        Assert.Contains("diverged: ", _host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_after_upcycling_is_a_cell_like_others_and_goes_on_bit_for_bit()
    {
        string[] upcycle =
            ["upcycle", "--model", "dense", "--steps", "4", "--Training:CheckpointEvery=2", "--Training:LogEvery=1", .. Training];
        Assert.Equal(0, await _host.Run([.. upcycle, "--name", "whole"]));
        Assert.Equal(0, await _host.Run([.. upcycle, "--name", "parts"]));
        var whole = Path.Combine("runs", "whole", "HostedSmoe", "seed-0");
        var parts = Path.Combine("runs", "parts", "HostedSmoe", "seed-0");
        Assert.True(File.Exists("runs/whole/report.html"));
        Assert.True(File.Exists("runs/whole/results.json"));
        Assert.NotEmpty(Directory.GetFiles(whole, "events.out.tfevents.*"));

        Directory.Delete(Path.Combine(parts, "checkpoints", "step-4"), recursive: true);
        File.Delete(Path.Combine(parts, "result.json"));
        Assert.Equal(0, await _host.Run([.. upcycle, "--name", "parts", "--resume"]));
        Assert.Contains("Training continues from step 2", _host.Output, StringComparison.Ordinal);
        Assert.Equal(Model(whole, 4), Model(parts, 4));
    }

    [Fact]
    public async Task Training_that_was_stopped_before_its_first_checkpoint_begins_with_the_mixture_again()
    {
        string[] upcycle = ["upcycle", "--model", "dense", "--Training:CheckpointEvery=0", "--Training:KeepLast=5", .. Training];
        Assert.Equal(0, await _host.Run([.. upcycle, "--steps", "4", "--name", "whole"]));
        Assert.Equal(0, await _host.Run([.. upcycle, "--name", "parts"]));
        Assert.Equal(0, await _host.Run([.. upcycle, "--steps", "4", "--name", "parts", "--resume"]));

        Assert.Equal(Model(Path.Combine("runs", "whole", "HostedSmoe", "seed-0"), 4), Model(
            Path.Combine("runs", "parts", "HostedSmoe", "seed-0"), 4));
    }

    private static byte[] Model(string cell, int step) =>
        File.ReadAllBytes(Path.Combine(cell, "checkpoints", $"step-{step}", "model.safetensors"));

    [Fact]
    public async Task Without_text_upcycling_trains_nothing_and_measures_nothing()
    {
        Assert.Equal(
            0, await _host.Run("upcycle", "--model", "dense", "--blocks", "1", "--drop", "0.5", "--noise", "0.1", "--router-std", "0.1"));

        Assert.DoesNotContain("Held-out", _host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("blocks.0.ffn", _host.Output, StringComparison.Ordinal);
        using var loaded = ModelLoader.Load("runs/Dense-hosted-smoe", [MoeVariant.Of<HostedSmoe>()]);
        Assert.Single(loaded.Model.MoeLayers);
    }

    [Fact]
    public async Task Clusters_are_found_on_the_text()
    {
        Assert.Equal(0, await _host.Run(["upcycle", "--model", "dense", "--router", "Clusters", .. Training]));

        Assert.Contains("routers: centres of clusters of the FFNs' inputs", _host.Output, StringComparison.Ordinal);
        Assert.Equal(Loss("dense"), Loss("upcycled"));
    }

    [Theory]
    [InlineData("--model (Upcycling:Model) is empty; it must be the path of a dense model.", "upcycle")]
    [InlineData("There is no model at 'nothing'; a model is a llama2.c file (.bin, version 0), or", "upcycle", "--model", "nothing")]
    [InlineData("--variant (Upcycling:Variant) is 'HostedSmo', which is not a declared layer; did you mean 'HostedSmoe'?",
        "upcycle", "--model", "dense", "--variant", "HostedSmo")]
    [InlineData("--blocks (Upcycling:Blocks) is '1;2'; it must be numbers of blocks, separated by commas.", "upcycle", "--model",
        "dense", "--blocks", "1;2")]
    [InlineData("--blocks (Upcycling:Blocks) names block 2; blocks go from 0 to 1.", "upcycle", "--model", "dense", "--blocks", "2")]
    [InlineData("--drop (Upcycling:DropFraction) is 2; it must be from 0 to 1.", "upcycle", "--model", "dense", "--drop", "2")]
    [InlineData("--split (Upcycling:Split) is 3; it must divide HostedSmoe's 4 FFN experts and the dense model's hidden width, 16.",
        "upcycle", "--model", "dense", "--split", "3")]
    [InlineData("--router (Upcycling:Router) is 'Best'; it must be one of Normal, Clusters.", "upcycle", "--model", "dense",
        "--router", "Best")]
    [InlineData("--model (Generation:Model) is empty; it must be the path of a model.", "generate")]
    [InlineData("--top-p (Generation:TopP) is 0; it must be above 0 and at most 1; 1 draws from all tokens.", "generate",
        "--model", "dense", "--top-p", "0")]
    [InlineData("--to (Export:Folder) is empty; it must be a folder to write.", "export", "--model", "dense")]
    [InlineData("--architecture (Export:Architecture) is 'mamba'; it must be one of ", "export", "--model", "dense", "--to",
        "out", "--architecture", "mamba")]
    [InlineData("The model Dense cannot be written for Hugging Face's libraries: no counterpart in mixtral for blocks without a mixture",
        "export", "--model", "dense", "--to", "out", "--architecture", "mixtral")]
    public async Task What_cannot_be_done_is_refused_in_one_line_before_anything_is_written(string problem, params string[] args)
    {
        Assert.Equal(2, await _host.Run(args));

        Assert.StartsWith($"error: {problem}", Assert.Single(_host.Errors), StringComparison.Ordinal);
        Assert.False(_host.LeftARun);
        Assert.False(Directory.Exists("out"));
    }

    [Fact]
    public async Task A_mixture_is_not_upcycled_again()
    {
        Assert.Equal(0, await _host.Run("upcycle", "--model", "dense", "--name", "up"));
        Assert.Equal(2, await _host.Run("upcycle", "--model", "runs/up"));

        Assert.Equal(["error: Only a dense model can be upcycled; this one is the mixture HostedSmoe."], _host.Errors);
    }

    private string Loss(string name) => _host.Output.Split($"Held-out loss, {name}: ")[1].Split(' ')[0];
}
