using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>Folders written here under the architectures' own names compute what plain loops make of them.</summary>
public sealed class HuggingFaceImportTests
{
    private static readonly long[] Ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 12];

    [Theory]
    [InlineData("llama", null)]
    [InlineData("mistral", null)]
    [InlineData("qwen2", null)]
    [InlineData("qwen3", null)]
    [InlineData("phi3", null)]
    [InlineData("mixtral", nameof(TinyMixtral))]
    [InlineData("olmoe", nameof(TinyOlmoe))]
    [InlineData("qwen2_moe", nameof(TinyQwen2Moe))]
    [InlineData("qwen3_moe", nameof(TinyQwen3Moe))]
    [InlineData("deepseek", nameof(TinyDeepSeekMoe))]
    [InlineData("mixtral", nameof(TinyMixtral), true)]
    [InlineData("olmoe", nameof(TinyOlmoe), true)]
    [InlineData("qwen2_moe", nameof(TinyQwen2Moe), true)]
    [InlineData("qwen3_moe", nameof(TinyQwen3Moe), true)]
    [InlineData("deepseek", nameof(TinyDeepSeekMoe), true)]
    public void Every_known_architecture_computes_what_plain_loops_compute(string family, string? variant, bool fused = false)
    {
        using var folder = new HuggingFaceFolder(family, fused).Write();
        using var loaded = Load(folder, ScalarType.Float64);
        if (variant is null)
        {
            Assert.Null(loaded.Variant);
        }
        else
        {
            Assert.Equal(MoeVariant(variant).Declaration.Structure, loaded.Variant!.Declaration.Structure);
        }

        SameLogits(folder.Path, loaded.Model, 1e-10);
    }

    [Fact]
    public void Shards_give_the_same_model_as_one_file()
    {
        using var one = new HuggingFaceFolder("mixtral").Write();
        using var several = new HuggingFaceFolder("mixtral").Write(shardBytes: 2000);
        using var first = Load(one);
        using var second = Load(several);

        Assert.True(Directory.GetFiles(several.Path, "*.safetensors").Length > 3);
        Assert.NotEqual(first.Sha256, second.Sha256);
        BitIdentical(first.Model, second.Model);
    }

    [Fact]
    public void Shards_and_an_index_written_by_hand_load()
    {
        using var folder = new HuggingFaceFolder("qwen3_moe");
        using var one = new HuggingFaceFolder("qwen3_moe").Write();
        File.WriteAllText(Path.Combine(folder.Path, "config.json"), folder.Config.ToJsonString());
        var index = new JsonObject();
        foreach (var (number, shard) in folder.Tensors.Chunk(9).Index())
        {
            var (header, data) = (new JsonObject(), new List<byte>());
            foreach (var (name, (shape, values)) in shard)
            {
                var start = data.Count;
                data.AddRange(values.SelectMany(BitConverter.GetBytes));
                header[name] = JsonNode.Parse(
                    $$"""{"dtype": "F32", "shape": [{{string.Join(", ", shape)}}], "data_offsets": [{{start}}, {{data.Count}}]}""");
                index[name] = $"part-{number}.safetensors";
            }

            var text = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
            File.WriteAllBytes(
                Path.Combine(folder.Path, $"part-{number}.safetensors"), [.. BitConverter.GetBytes((long)text.Length), .. text, .. data]);
        }

        File.WriteAllText(
            Path.Combine(folder.Path, "model.safetensors.index.json"), new JsonObject { ["weight_map"] = index }.ToJsonString());

        using var byHand = Load(folder);
        using var expected = Load(one);
        BitIdentical(expected.Model, byHand.Model);
    }

    [Fact]
    public void Parameters_get_the_type_that_was_asked_for()
    {
        using var folder = new HuggingFaceFolder("llama").Write();
        using var loaded = Load(folder, ScalarType.BFloat16);

        Assert.All(loaded.Model.parameters(), parameter => Assert.Equal(ScalarType.BFloat16, parameter.dtype));
    }

    [Fact]
    public void Experts_under_the_newer_module_name_load_too()
    {
        using var folder = new HuggingFaceFolder("mixtral", fused: true);
        foreach (var (name, tensor) in folder.Tensors.Where(entry => entry.Key.Contains("block_sparse_moe", StringComparison.Ordinal))
            .ToList())
        {
            folder.Tensors.Remove(name);
            folder.Tensors.Add(name.Replace("block_sparse_moe", "mlp", StringComparison.Ordinal), tensor);
        }

        using var loaded = Load(folder.Write(), ScalarType.Float64);

        SameLogits(folder.Path, loaded.Model, 1e-10);
    }

    [Theory]
    [InlineData("deepseek_v32",
        "has attention to a few tokens that an indexer picks, which the backbone here does not have; these can be loaded: llama, mistral")]
    [InlineData("gemma2", "has soft caps of attention scores and logits, which")]
    [InlineData("gemma3_text", "has a rotary base for windows and another for whole texts, which")]
    [InlineData("qwen3_next", "has linear attention, which")]
    [InlineData("bloom", "the architecture 'bloom' is not known")]
    public void Other_architectures_are_refused_by_name(string type, string message) =>
        Assert.Contains(message, Refusal<ConfigurationException>("llama", config => config["model_type"] = type), StringComparison.Ordinal);

    [Theory]
    [InlineData("hidden_size", "\"wide\"", "hidden_size is '\"wide\"'; it must be a whole number")]
    [InlineData("hidden_size", "null", "does not state hidden_size")]
    [InlineData("num_hidden_layers", "2000000000", "describes no model: num_hidden_layers is 2000000000")]
    [InlineData("num_attention_heads", "0", "describes no model: Model:Heads is 0; it must be at least 1.")]
    [InlineData("head_dim", "5", "describes no model: 5 rotary channels cannot be turned in pairs")]
    [InlineData("num_local_experts", "-3", "describes no model: it states MixtureDescription { Experts = -3")]
    [InlineData("num_experts_per_tok", "5", "describes no model: it states MixtureDescription { Experts = 4")]
    [InlineData("vocab_size", "2000000000", "of the wrong shape: 'model.embed_tokens.weight' F32 [13, 16] instead of [2000000000, 16]")]
    public void A_configuration_that_lies_is_refused(string key, string value, string message) =>
        Assert.Contains(
            message, Refusal<StorageException>("mixtral", config => config[key] = JsonNode.Parse(value)), StringComparison.Ordinal);

    [Fact]
    public void A_mixture_without_a_declared_layer_is_refused_with_the_declaration_that_would_do()
    {
        using var folder = new HuggingFaceFolder("qwen2_moe").Write();

        var error = Assert.Throws<ConfigurationException>(
            () => ModelLoader.Load(folder.Path, [MoeVariant(nameof(TinyMixtral)), MoeVariant(nameof(TinyQwen3Moe))]));

        Assert.Contains(
            "takes a declared layer [MoeLayer, Experts<SwiGlu>(4, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 8, Gated = true), "
            + "SoftmaxGate(TopK = 2, Normalize = false)]; none of TinyMixtral, TinyQwen3Moe is that.",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_and_unknown_tensors_and_wrong_shapes_are_listed()
    {
        using var folder = new HuggingFaceFolder("llama");
        folder.Tensors.Remove("model.layers.1.self_attn.k_proj.weight");
        folder.Tensors.Remove("lm_head.weight");
        folder.Tensors.Add("model.layers.0.self_attn.sinks", ([4], new float[4]));
        folder.Tensors["model.norm.weight"] = ([11], new float[11]);
        folder.Tensors.Add("model.layers.0.self_attn.rotary_emb.inv_freq", ([2], new float[2]));

        var error = Assert.Throws<StorageException>(() => Load(folder.Write()).Dispose());

        Assert.Contains("missing: model.layers.1.self_attn.k_proj.weight, lm_head.weight; ", error.Message, StringComparison.Ordinal);
        Assert.Contains("unknown: 'model.layers.0.self_attn.sinks'; ", error.Message, StringComparison.Ordinal);
        Assert.Contains("of the wrong shape: 'model.norm.weight' F32 [11] instead of [16]", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("inv_freq", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_that_lie_are_refused()
    {
        using var folder = new HuggingFaceFolder("llama").Write(shardBytes: 2000);
        var index = Path.Combine(folder.Path, "model.safetensors.index.json");
        var text = File.ReadAllText(index);
        var shard = Directory.GetFiles(folder.Path, "model-00002*").Single();

        File.WriteAllText(index, text.Replace("model-00001-", "../model-00001-", StringComparison.Ordinal));
        Assert.Contains("not the plain name", Assert.Throws<SafetensorsException>(() => Load(folder)).Message, StringComparison.Ordinal);

        File.WriteAllText(index, text);
        var bytes = File.ReadAllBytes(shard);
        File.WriteAllBytes(shard, bytes[..^8]);
        Assert.Contains("model-00002", Assert.Throws<SafetensorsException>(() => Load(folder)).Message, StringComparison.Ordinal);

        File.Delete(shard);
        Assert.Contains("model-00002", Assert.ThrowsAny<StorageException>(() => Load(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_tensors_and_a_configuration_that_is_no_JSON_are_refused()
    {
        using var folder = new DataFolder().With("config.json", """{"model_type": "llama"}""");
        using var broken = new DataFolder().With("config.json", "{");

        Assert.Contains(
            "does not state", Assert.Throws<StorageException>(() => ModelLoader.Load(folder.Path, [])).Message, StringComparison.Ordinal);
        Assert.Contains("is not valid JSON", Assert.Throws<StorageException>(() => ModelLoader.Load(broken.Path, [])).Message,
            StringComparison.Ordinal);
    }

    internal static void SameLogits(string folder, LanguageModel model, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var expected = new HuggingFaceForward(folder).Logits(Ids).SelectMany(row => row).ToArray();
        var actual = LanguageModelTests.Values(model.forward(tensor(Ids, [1, Ids.Length])).Logits);
        Assert.True(expected.Max(Math.Abs) > 0.1, "logits of nearly 0 would show nothing");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    internal static void BitIdentical(LanguageModel first, LanguageModel second)
    {
        var other = second.state_dict();
        Assert.Equal(first.state_dict().Keys, other.Keys);
        Assert.All(first.state_dict(), entry => Assert.Equal(
            entry.Value.detach().contiguous().bytes.ToArray(), other[entry.Key].detach().contiguous().bytes.ToArray()));
    }

    internal static MoeVariant MoeVariant(string name) => LibMoERuntimeTestsVariants.All.Single(variant => variant.Name == name);

    private static LoadedModel Load(HuggingFaceFolder folder, ScalarType dtype = ScalarType.Float32) =>
        ModelLoader.Load(folder.Path, LibMoERuntimeTestsVariants.All, dtype);

    private static string Refusal<TException>(string family, Action<JsonObject> change)
        where TException : Exception
    {
        using var folder = new HuggingFaceFolder(family);
        change(folder.Config);
        return Assert.Throws<TException>(() => Load(folder.Write()).Dispose()).Message;
    }
}
