using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Checkpoints.Files;

namespace LibMoE.Runtime.Tests.Models.Vision;

/// <summary>How the names of an encoder's tensors begin.</summary>
public enum VisionNames
{
    /// <summary>transformers 4: an encoder alone, <c>vision_model.</c></summary>
    Four,

    /// <summary>transformers 5: an encoder alone, without a prefix.</summary>
    Five,

    /// <summary>The whole model, text half included, with <c>vision_config</c>.</summary>
    Whole,
}

/// <summary>A tiny image encoder of random numbers as its authors would have saved it.</summary>
internal sealed class VisionFolder : IDisposable
{
    public const int Image = 14;
    public const int Patch = 4;
    public const int Dim = 12;
    private const int Hidden = 10;
    private const int Layers = 3;
    private const int Heads = 3;

    private readonly TempFolder _folder = new();
    private readonly Random _random;

    public VisionFolder(
        string family, VisionNames names = VisionNames.Four, string? activation = null, Action<JsonObject>? change = null, int seed = 7)
    {
        _random = new Random(seed);
        Family = family;
        Activation = activation ?? (family == "clip" ? "quick_gelu" : "gelu_pytorch_tanh");
        var prefix = names == VisionNames.Five ? "" : "vision_model.";
        AddAll(prefix);
        var settings = new JsonObject
        {
            ["model_type"] = family + "_vision_model",
            ["image_size"] = Image,
            ["patch_size"] = Patch,
            ["hidden_size"] = Dim,
            ["intermediate_size"] = Hidden,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = Heads,
            ["num_channels"] = 3,
            ["layer_norm_eps"] = 1e-3,
        };
        if (activation is not null)
        {
            settings["hidden_act"] = activation;
        }

        change?.Invoke(settings);
        Config = settings;
        if (names == VisionNames.Whole)
        {
            Config = new JsonObject { ["model_type"] = family, ["vision_config"] = settings, ["text_config"] = new JsonObject() };
            Add("text_model.embeddings.token_embedding.weight", 1, 5, 3);
            Add("logit_scale", 1);
            Add(family == "clip" ? "visual_projection.weight" : "logit_bias", 1, family == "clip" ? [4, Dim] : []);
        }

        if (family == "siglip")
        {
            Add(prefix + "head.probe", 1, 1, 1, Dim);
            Add(prefix + "head.mlp.fc1.weight", 1, Hidden, Dim);
        }

        Prefix = prefix;
    }

    public string Family { get; }

    public string Activation { get; }

    public string Prefix { get; }

    public JsonObject Config { get; }

    public string Path => _folder.Path;

    public Dictionary<string, (long[] Shape, float[] Values)> Tensors { get; } = [];

    public VisionFolder Write()
    {
        File.WriteAllText(_folder["config.json"], Config.ToJsonString());
        SafetensorsWriter.SaveSharded(DiskFiles.Instance, Path, [.. Tensors.Select(entry => TensorPayload.Of(
            new TensorLayout(entry.Key, SafetensorsDType.All["F32"], entry.Value.Shape),
                entry.Value.Values.SelectMany(BitConverter.GetBytes).ToArray()))]);
        return this;
    }

    /// <summary>The plain forward pass of these tensors.</summary>
    public PlainVision Plain() => new(
        Tensors.Where(entry => entry.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[Prefix.Length..], entry => entry.Value.Values.Select(value => (double)value).ToArray()),
        new PlainVision.Settings(Family, Image, Patch, Dim, Layers, Heads, Activation, 1e-3));

    public void Dispose() => _folder.Dispose();

    private void AddAll(string prefix)
    {
        const int grid = Image / Patch;
        Add(prefix + "embeddings.patch_embedding.weight", 0.3, Dim, 3, Patch, Patch);
        if (Family == "clip")
        {
            Add(prefix + "embeddings.class_embedding", 1, Dim);
            Both(prefix + "pre_layrnorm");
        }
        else
        {
            Add(prefix + "embeddings.patch_embedding.bias", 0.5, Dim);
        }

        Add(prefix + "embeddings.position_embedding.weight", 1, grid * grid + (Family == "clip" ? 1 : 0), Dim);
        for (var layer = 0; layer < Layers; layer++)
        {
            var name = $"{prefix}encoder.layers.{layer}.";
            foreach (var projection in new[] { "k_proj", "v_proj", "q_proj", "out_proj" })
            {
                Add($"{name}self_attn.{projection}.weight", 0.5, Dim, Dim);
                Add($"{name}self_attn.{projection}.bias", 0.5, Dim);
            }

            Both(name + "layer_norm1");
            Add(name + "mlp.fc1.weight", 0.5, Hidden, Dim);
            Add(name + "mlp.fc1.bias", 0.5, Hidden);
            Add(name + "mlp.fc2.weight", 0.5, Dim, Hidden);
            Add(name + "mlp.fc2.bias", 0.5, Dim);
            Both(name + "layer_norm2");
        }

        Both(prefix + "post_layernorm");
    }

    private void Both(string name)
    {
        Add(name + ".weight", 1, Dim);
        Add(name + ".bias", 0.5, Dim);
    }

    private void Add(string name, double scale, params long[] shape) => Tensors.Add(name, (shape,
        [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size))
            .Select(_ => (float)(scale * (2 * _random.NextDouble() - 1)))]));
}
