using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>Models as huggingface_hub, mlx-lm and people's own links lay them out.</summary>
public sealed class HuggingFaceLinkTests : IDisposable
{
    private readonly DataFolder _place = new();
    private readonly HuggingFaceFolder _model = new HuggingFaceFolder("llama").Write(shardBytes: 2000);

    public void Dispose()
    {
        _place.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_snapshot_of_the_cache_loads_by_its_own_path_by_the_model_s_and_by_a_link()
    {
        var model = Path.Combine(_place.Path, "models--owner--tiny-llama");
        var snapshot = Cached(model, "0a1b2c");
        Directory.CreateSymbolicLink(Path.Combine(_place.Path, "linked"), snapshot);
        using var expected = ModelLoader.Load(_model.Path, []);

        foreach (var path in new[] { snapshot, snapshot + "/", model, Path.Combine(_place.Path, "linked") })
        {
            using var loaded = ModelLoader.Load(path, []);

            HuggingFaceImportTests.BitIdentical(expected.Model, loaded.Model);
            Assert.Equal(expected.Sha256, loaded.Sha256);
            Assert.Equal(path.EndsWith("linked", StringComparison.Ordinal) ? "linked" : "tiny-llama", loaded.Name);
        }
    }

    [Fact]
    public void A_snapshot_of_one_file_loads()
    {
        using var one = new HuggingFaceFolder("qwen2").Write();
        var model = Path.Combine(_place.Path, "models--owner--one");
        var snapshot = Cached(model, "main", one.Path);
        using var expected = ModelLoader.Load(one.Path, []);

        using var loaded = ModelLoader.Load(snapshot, []);

        HuggingFaceImportTests.BitIdentical(expected.Model, loaded.Model);
    }

    [Fact]
    public void Shards_may_be_links_within_the_folder()
    {
        using var expected = ModelLoader.Load(_model.Path, []);
        Directory.CreateDirectory(Path.Combine(_model.Path, "data"));
        foreach (var shard in Shards(_model.Path))
        {
            var real = Path.Combine(_model.Path, "data", Path.GetFileName(shard));
            File.Move(shard, real);
            File.CreateSymbolicLink(shard, Path.Combine("data", Path.GetFileName(shard)));
        }

        using var loaded = ModelLoader.Load(_model.Path, []);

        HuggingFaceImportTests.BitIdentical(expected.Model, loaded.Model);
    }

    [Theory]
    [InlineData("a shard outside of the folder")]
    [InlineData("a shard by way of a linked folder")]
    [InlineData("a shard beside the cache's blobs")]
    [InlineData("blobs that are a link themselves")]
    [InlineData("the index")]
    [InlineData("the one file")]
    public void Links_out_of_the_model_are_refused(string claim)
    {
        var foreign = _place.With("foreign/x.safetensors", File.ReadAllBytes(Shards(_model.Path)[0])).Path + "/foreign/x.safetensors";
        var folder = _model.Path;
        var file = Shards(folder)[0];
        switch (claim)
        {
            case "a shard by way of a linked folder":
                Directory.CreateSymbolicLink(Path.Combine(folder, "inside"), Path.GetDirectoryName(foreign)!);
                Replace(file, "inside/x.safetensors");
                break;
            case "a shard beside the cache's blobs":
                folder = Cached(Path.Combine(_place.Path, "models--owner--m"), "main");
                file = Shards(folder)[0];
                File.Copy(foreign, Path.Combine(_place.Path, "models--owner--m", "blobsx"));
                Replace(file, "../../blobsx");
                break;
            case "blobs that are a link themselves":
                folder = Cached(Path.Combine(_place.Path, "models--owner--m"), "main");
                file = Shards(folder)[0];
                Directory.Move(Path.Combine(_place.Path, "models--owner--m", "blobs"), Path.Combine(_place.Path, "elsewhere"));
                Directory.CreateSymbolicLink(
                    Path.Combine(_place.Path, "models--owner--m", "blobs"), Path.Combine(_place.Path, "elsewhere"));
                break;
            case "the index":
                file = Path.Combine(folder, "model.safetensors.index.json");
                File.Copy(file, foreign, overwrite: true);
                Replace(file, foreign);
                break;
            case "the one file":
                foreach (var shard in Shards(folder).Append(Path.Combine(folder, "model.safetensors.index.json")))
                {
                    File.Delete(shard);
                }

                Replace(Path.Combine(folder, "model.safetensors"), foreign);
                break;
            default:
                Replace(file, foreign);
                break;
        }

        var fault = Assert.Throws<SafetensorsException>(() => ModelLoader.Load(folder, []));

        Assert.Equal(SafetensorsRule.Shards, fault.Rule);
        Assert.Contains("outside of the model's folder", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_to_nothing_and_in_a_circle_are_named()
    {
        var shard = Shards(_model.Path)[0];
        Replace(shard, "nowhere");
        Assert.Contains("nowhere, which is not a file", Assert.Throws<StorageException>(() => ModelLoader.Load(_model.Path, [])).Message,
            StringComparison.Ordinal);

        Replace(shard, Path.GetFileName(shard));
        Assert.Contains(
            "in a circle", Assert.Throws<StorageException>(() => ModelLoader.Load(_model.Path, [])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"metadata": {"total_size": 1}, "weight_map": MAP}""")]
    [InlineData("""{"metadata": {"total_size": 123.0}, "weight_map": MAP}""")]
    [InlineData(
        """{"metadata": {"total_size": "12 GB", "total_parameters": {"a": [1.5]}}, "weight_map": MAP, "version": 2, "format": "mlx"}""")]
    [InlineData("""{"weight_map": MAP, "metadata": null}""")]
    public void What_an_index_says_besides_its_map_decides_nothing(string index)
    {
        var path = Path.Combine(_model.Path, "model.safetensors.index.json");
        var map = JsonNode.Parse(File.ReadAllText(path))!["weight_map"]!;
        map["model.layers.0.self_attn.rotary_emb.inv_freq"] = Path.GetFileName(Shards(_model.Path)[0]);
        File.WriteAllText(path, index.Replace("MAP", map.ToJsonString(), StringComparison.Ordinal));

        ModelLoader.Load(_model.Path, []).Dispose();
    }

    [Fact]
    public void A_needed_tensor_that_only_the_index_has_is_missing_by_name()
    {
        using var lacking = new HuggingFaceFolder("llama");
        lacking.Tensors.Remove("model.norm.weight");
        lacking.Write(shardBytes: 2000);
        var path = Path.Combine(lacking.Path, "model.safetensors.index.json");
        var index = JsonNode.Parse(File.ReadAllText(path))!;
        index["weight_map"]!["model.norm.weight"] = Path.GetFileName(Shards(lacking.Path)[0]);
        File.WriteAllText(path, index.ToJsonString());

        Assert.Contains("missing: model.norm.weight", Assert.Throws<StorageException>(() => ModelLoader.Load(lacking.Path, [])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void One_file_with_an_index_that_names_it_alone_is_that_file()
    {
        using var one = new HuggingFaceFolder("llama").Write();
        using var expected = ModelLoader.Load(one.Path, []);
        var map = new JsonObject(one.Tensors.Keys.Select(name => KeyValuePair.Create(name, (JsonNode?)"model.safetensors")));
        File.WriteAllText(
            Path.Combine(one.Path, "model.safetensors.index.json"),
            new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = 7, ["total_parameters"] = 3 }, ["weight_map"] = map }
                .ToJsonString());

        using var loaded = ModelLoader.Load(one.Path, []);

        HuggingFaceImportTests.BitIdentical(expected.Model, loaded.Model);
        Assert.Equal(expected.Sha256, loaded.Sha256);
    }

    /// <summary>The files of a model as huggingface_hub keeps them: blobs by a hash, a snapshot of relative links,
    /// and the revision of main.</summary>
    private string Cached(string model, string revision, string? from = null)
    {
        var snapshot = Directory.CreateDirectory(Path.Combine(model, "snapshots", revision)).FullName;
        Directory.CreateDirectory(Path.Combine(model, "blobs"));
        Directory.CreateDirectory(Path.Combine(model, "refs"));
        File.WriteAllText(Path.Combine(model, "refs", "main"), revision);
        foreach (var file in Directory.GetFiles(from ?? _model.Path))
        {
            var blob = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
            File.Copy(file, Path.Combine(model, "blobs", blob), overwrite: true);
            File.CreateSymbolicLink(Path.Combine(snapshot, Path.GetFileName(file)), $"../../blobs/{blob}");
        }

        return snapshot;
    }

    private static string[] Shards(string folder) => [.. Directory.GetFiles(folder, "*.safetensors").Order(StringComparer.Ordinal)];

    private static void Replace(string path, string target)
    {
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }
}
