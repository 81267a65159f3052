using System.Text.Json;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;

/// <summary>A reader that others wrote, npm's <c>@huggingface/gguf</c>, finds in a file what was put there. Without node, npm or the
/// registry the test is skipped with the reason.</summary>
public sealed class GgufNpmTests : IDisposable
{
    private const string Package = "@huggingface/gguf@0.4.6";

    private const string Script = """
        import { gguf } from '@huggingface/gguf';
        const plain = (key, value) => typeof value === 'bigint' ? Number(value) : value;
        for (const path of process.argv.slice(2)) {
          const { metadata, tensorInfos } = await gguf(path, { allowLocalFile: true });
          console.log(JSON.stringify({ metadata, tensors: tensorInfos }, plain));
        }
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

        using var read = Read(path);

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

        var plain = SameTensors(path, read);
        Assert.Equal([32L, 6, 4], plain.Tensors["blk.1.ffn_gate_exps.weight"].Sizes);
        Assert.Equal([6L, 32, 4], plain.Tensors["blk.1.ffn_down_exps.weight"].Sizes);

        string Text(string name) => metadata.GetProperty(name).GetString()!;
    }

    [SkippableFact]
    public void The_reader_finds_what_a_gpt_oss_has_of_its_own()
    {
        var path = Path.Combine(_folder.Path, "oss.gguf");
        using var model = GgufExportTests.Model(GgufExportTests.GptOss, nameof(TinyGptOss));
        GgufExport.Save(model, new ByteTokenizer(), path, new GgufOptions { Type = GgufType.Q8_0 });

        using var read = Read(path);

        var metadata = read.RootElement.GetProperty("metadata");
        (string Name, double Value)[] numbers =
        [
            ("general.file_type", 7), ("gpt-oss.block_count", 2), ("gpt-oss.expert_count", 6), ("gpt-oss.expert_used_count", 3),
            ("gpt-oss.expert_feed_forward_length", 32), ("gpt-oss.expert_gating_func", 3), ("gpt-oss.attention.sliding_window", 3),
            ("gpt-oss.attention.key_length", 8), ("gpt-oss.rope.dimension_count", 8), ("gpt-oss.rope.scaling.factor", 4),
            ("gpt-oss.rope.scaling.original_context_length", 200), ("gpt-oss.context_length", 20),
        ];
        Assert.All(numbers, entry => Assert.Equal(entry.Value, metadata.GetProperty(entry.Name).GetDouble()));
        Assert.Equal("gpt-oss", metadata.GetProperty("general.architecture").GetString());
        Assert.Equal("yarn", metadata.GetProperty("gpt-oss.rope.scaling.type").GetString());
        var plain = SameTensors(path, read);
        (string Name, int Type, long[] Sizes)[] tensors =
        [
            ("attn_sinks.weight", 0, [4]), ("post_attention_norm.weight", 0, [32]), ("attn_q.bias", 0, [32]), ("attn_output.bias", 0, [32]),
            ("ffn_gate_inp.weight", 0, [32, 6]), ("ffn_gate_inp.bias", 0, [6]), ("ffn_gate_exps.weight", 8, [32, 32, 6]),
            ("ffn_gate_exps.bias", 0, [32, 6]), ("ffn_up_exps.bias", 0, [32, 6]), ("ffn_down_exps.weight", 8, [32, 32, 6]),
            ("ffn_down_exps.bias", 0, [32, 6]),
        ];
        Assert.All(tensors, tensor =>
        {
            var found = plain.Tensors["blk.1." + tensor.Name];
            Assert.Equal((tensor.Name, tensor.Type), (tensor.Name, found.Type));
            Assert.Equal(tensor.Sizes, found.Sizes);
        });
        Assert.DoesNotContain("blk.0.ffn_norm.weight", plain.Tensors.Keys);
    }

    [SkippableFact]
    public void The_reader_finds_the_experts_of_every_architecture_and_type()
    {
        var files = new List<(string Path, string Architecture, string Variant)>();
        foreach (var row in GgufExportTests.Counterparts.Where(row => row[1] is not null))
        {
            using var model = GgufExportTests.Model((ModelConfig)row[2], (string)row[1]);
            var path = Path.Combine(_folder.Path, $"{files.Count}.gguf");
            GgufExport.Save(model, new ByteTokenizer(), path, new GgufOptions { Type = (GgufType)(files.Count % 4) });
            files.Add((path, (string)row[0], (string)row[1]));
        }

        var read = ReadAll([.. files.Select(file => file.Path)]);

        Assert.Equal(["deepseek2", "gpt-oss", "llama", "olmoe", "qwen3moe"], files.Select(file => file.Architecture).Distinct().Order());
        Assert.All(files.Zip(read), pair =>
        {
            var ((path, architecture, variant), metadata) = (pair.First, pair.Second.RootElement.GetProperty("metadata"));
            var gate = (GroupedGateAttribute)HuggingFaceImportTests.MoeVariant(variant).Declaration.Gate;
            Assert.Equal(architecture, metadata.GetProperty("general.architecture").GetString());
            Assert.Equal(gate.TopK, Number("expert_used_count"));
            Assert.Equal(HuggingFaceImportTests.MoeVariant(variant).Declaration.Experts[0].Count, Number("expert_count"));
            Assert.Equal(architecture == "gpt-oss" ? 3 : gate is SigmoidGateAttribute ? 2 : 1, Number("expert_gating_func"));
            Assert.Equal((float)gate.Scale, (float)Number("expert_weights_scale"));
            Assert.Equal(gate.Normalize, metadata.GetProperty($"{architecture}.expert_weights_norm").GetBoolean());
            SameTensors(path, pair.Second);

            double Number(string name) => metadata.GetProperty($"{architecture}.{name}").GetDouble();
        });
        read.ForEach(document => document.Dispose());
    }

    private JsonDocument Read(string path) => ReadAll([path])[0];

    private List<JsonDocument> ReadAll(IReadOnlyList<string> paths)
    {
        _folder.With("read.mjs", Script).With("package.json", """{"private": true}""");
        Run("npm", $"install --silent --no-audit --no-fund {Package}");
        var lines = Run("node", $"read.mjs {string.Join(' ', paths)}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonDocument.Parse(line))];
    }

    private static PlainGguf SameTensors(string path, JsonDocument read)
    {
        var plain = new PlainGguf(path);
        var tensors = read.RootElement.GetProperty("tensors").EnumerateArray()
            .ToDictionary(tensor => tensor.GetProperty("name").GetString()!);
        Assert.Equal(plain.Tensors.Keys.Order(), tensors.Keys.Order());
        Assert.All(plain.Tensors, entry =>
        {
            Assert.Equal(entry.Value.Sizes, tensors[entry.Key].GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()));
            Assert.Equal(entry.Value.Type, tensors[entry.Key].GetProperty("dtype").GetInt32());
        });
        return plain;
    }

    private string Run(string program, string arguments)
    {
        var (exitCode, output, errors) = ForeignProgram.Run(_folder.Path, program, arguments);
        Skip.If(program == "npm" && exitCode != 0, $"npm cannot install {Package}: {errors}");
        Assert.True(exitCode == 0, errors);
        return output;
    }
}
