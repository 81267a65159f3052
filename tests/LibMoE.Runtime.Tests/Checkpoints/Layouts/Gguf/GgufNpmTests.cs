using System.Diagnostics;
using System.Text.Json;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;

/// <summary>A reader that others wrote, npm's <c>@huggingface/gguf</c>, finds in a file what was put there. Without node, npm or the
/// registry the test is skipped with the reason.</summary>
public sealed class GgufNpmTests : IDisposable
{
    private const string Package = "@huggingface/gguf@0.4.6";

    private const string Script = """
        import { gguf } from '@huggingface/gguf';
        const { metadata, tensorInfos } = await gguf(process.argv[2], { allowLocalFile: true });
        const plain = (key, value) => typeof value === 'bigint' ? Number(value) : value;
        console.log(JSON.stringify({ metadata, tensors: tensorInfos }, plain));
        """;

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void The_reader_finds_settings_experts_and_tokenizer()
    {
        var path = Path.Combine(_folder.Path, "tiny.gguf");
        var config = new ModelConfig { Dim = 32, Layers = 2, Heads = 4, KeyValueHeads = 2, Hidden = 12, Context = 20, QueryKeyNorm = true };
        using var model = GgufExportTests.Model(config, nameof(TinyQwen3Moe));
        GgufExport.Save(model, new ByteTokenizer(), path, new GgufOptions { Type = GgufType.Q8_0, Name = "tiny" });
        _folder.With("read.mjs", Script).With("package.json", """{"private": true}""");
        Run("npm", $"install --silent --no-audit --no-fund {Package}");

        using var read = JsonDocument.Parse(Run("node", $"read.mjs {path}"));

        var metadata = read.RootElement.GetProperty("metadata");
        (string Name, double Value)[] numbers =
        [
            ("version", 3), ("general.file_type", 7), ("general.quantization_version", 2), ("qwen3moe.block_count", 2),
            ("qwen3moe.context_length", 20), ("qwen3moe.embedding_length", 32), ("qwen3moe.feed_forward_length", 12),
            ("qwen3moe.attention.head_count", 4), ("qwen3moe.attention.head_count_kv", 2), ("qwen3moe.attention.key_length", 8),
            ("qwen3moe.rope.freq_base", 10000), ("qwen3moe.expert_count", 4), ("qwen3moe.expert_used_count", 2),
            ("qwen3moe.expert_feed_forward_length", 6), ("qwen3moe.expert_gating_func", 1), ("qwen3moe.expert_weights_scale", 1),
        ];
        Assert.All(numbers, entry => Assert.Equal(entry.Value, metadata.GetProperty(entry.Name).GetDouble()));
        Assert.Equal((float)1e-5, metadata.GetProperty("qwen3moe.attention.layer_norm_rms_epsilon").GetSingle());
        Assert.True(metadata.GetProperty("qwen3moe.expert_weights_norm").GetBoolean());
        Assert.Equal(("qwen3moe", "tiny", "gpt2"), (Text("general.architecture"), Text("general.name"), Text("tokenizer.ggml.model")));
        Assert.Equal(256, metadata.GetProperty("tokenizer.ggml.tokens").GetArrayLength());
        Assert.Equal("A", metadata.GetProperty("tokenizer.ggml.tokens")['A'].GetString());

        var plain = new PlainGguf(path);
        var tensors = read.RootElement.GetProperty("tensors").EnumerateArray()
            .ToDictionary(tensor => tensor.GetProperty("name").GetString()!);
        Assert.Equal(plain.Tensors.Keys.Order(), tensors.Keys.Order());
        Assert.All(plain.Tensors, entry =>
        {
            Assert.Equal(entry.Value.Sizes, tensors[entry.Key].GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()));
            Assert.Equal(entry.Value.Type, tensors[entry.Key].GetProperty("dtype").GetInt32());
        });
        Assert.Equal([32L, 6, 4], plain.Tensors["blk.1.ffn_gate_exps.weight"].Sizes);
        Assert.Equal([6L, 32, 4], plain.Tensors["blk.1.ffn_down_exps.weight"].Sizes);

        string Text(string name) => metadata.GetProperty(name).GetString()!;
    }

    private string Run(string program, string arguments)
    {
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = _folder.Path,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            Skip.If(true, $"{program} cannot be started: {missing.Message}");
        }

        using (process)
        {
            var errors = process!.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Skip.If(program == "npm" && process.ExitCode != 0, $"npm cannot install {Package}: {errors.Result}");
            Assert.True(process.ExitCode == 0, errors.Result);
            return output;
        }
    }
}
