using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>
/// A tiny model of random numbers in the layout of a release: settings and names of tensors as its authors published them, or as
/// transformers 5 names them in memory.
/// </summary>
internal sealed class ReleasedFolder : IDisposable
{
    public const string Float8 = "F8_E4M3";
    private const int BlockRows = 4;
    private const int BlockColumns = 5;

    private readonly DataFolder _folder = new();
    private readonly Random _random = new(23);

    /// <param name="family">The model type.</param>
    /// <param name="layout">How mixtures are named and stored.</param>
    /// <param name="change">Changes the settings before tensors are made by them.</param>
    /// <param name="type">The element type of what is not kept in float32; under F8_E4M3 the matrices of blocks are in blocks of float8,
    /// with a scale each, and all else is BF16.</param>
    public ReleasedFolder(
        string family, ReleasedLayout layout = ReleasedLayout.Published, Action<JsonObject>? change = null, string type = "F32")
    {
        Layout = layout;
        Config = ReleasedSettings.Of(family);
        if (type == Float8)
        {
            Config["quantization_config"] = JsonNode.Parse($$"""
                {"activation_scheme": "dynamic", "fmt": "float8_e4m3fn", "quant_method": "fp8",
                 "weight_block_size": [{{BlockRows}}, {{BlockColumns}}], "modules_to_not_convert": ["gate", "e_score_correction_bias", "lm_head"]}
                """);
        }

        change?.Invoke(Config);
        foreach (var (name, shape, kind) in ReleasedTensors.Of(family, layout, Config))
        {
            Add(name, shape, kind, type);
        }
    }

    public string Path => _folder.Path;

    public ReleasedLayout Layout { get; }

    public JsonObject Config { get; }

    /// <summary>The stored tensors: type, shape, bytes.</summary>
    public Dictionary<string, (string Type, long[] Shape, byte[] Bytes)> Tensors { get; } = [];

    /// <summary>Writes the files.</summary>
    public ReleasedFolder Write()
    {
        File.WriteAllText(System.IO.Path.Combine(Path, "config.json"), Config.ToJsonString());
        SafetensorsWriter.SaveSharded(
            DiskFiles.Instance,
            Path,
            [.. Tensors.Select(entry => TensorPayload.Of(
                new TensorLayout(entry.Key, SafetensorsDType.All[entry.Value.Type], entry.Value.Shape), entry.Value.Bytes))],
            long.MaxValue);
        return this;
    }

    public void Dispose() => _folder.Dispose();

    private void Add(string name, long[] shape, TensorKind kind, string type)
    {
        var count = (int)shape.Aggregate(1L, (product, size) => product * size);
        if (kind is TensorKind.Nibbles or TensorKind.Exponents)
        {
            // 2^-3 to 2^0, and every code of a number.
            Tensors.Add(name, ("U8", shape, [.. Enumerable.Range(0, count)
                .Select(_ => (byte)(kind == TensorKind.Nibbles ? _random.Next(256) : 124 + _random.Next(4)))]));
            return;
        }

        if (type == Float8 && kind == TensorKind.Matrix && shape.Length > 1 && name.Contains(".layers.", StringComparison.Ordinal)
            && !name.Contains("gate.w", StringComparison.Ordinal))
        {
            AddScaled(name, shape, count);
            return;
        }

        var (middle, scale) = kind switch
        {
            TensorKind.Norm => (1, 0.5),
            TensorKind.Offset => (0, 0.5),
            TensorKind.Correction => (0, 0.3),
            _ => (0, 0.6),
        };
        var numbers = Enumerable.Range(0, count).Select(_ => (float)(middle + (scale * ((2 * _random.NextDouble()) - 1))));
        Tensors.Add(name, kind == TensorKind.Correction || type == "F32"
            ? ("F32", shape, [.. numbers.SelectMany(BitConverter.GetBytes)])
            : ("BF16", shape, [.. numbers.SelectMany(number => BitConverter.GetBytes(number)[2..])]));
    }

    private void AddScaled(string name, long[] shape, int count)
    {
        // Of every exponent but the one of NaN, and the smallest numbers, which have none.
        var codes = Enumerable.Range(0, count).Select(_ => (byte)((_random.Next(2) * 128) + _random.Next(0x7f))).ToArray();
        long[] blocks = [.. shape[..^2], (shape[^2] + BlockRows - 1) / BlockRows, (shape[^1] + BlockColumns - 1) / BlockColumns];
        var scales = Enumerable.Range(0, (int)blocks.Aggregate(1L, (product, size) => product * size))
            .Select(_ => (float)((0.5 + _random.NextDouble()) / 300));
        Tensors.Add(name, (Float8, shape, codes));
        Tensors.Add(name + "_scale_inv", ("F32", blocks, [.. scales.SelectMany(BitConverter.GetBytes)]));
    }
}

/// <summary>How a folder names and stores its mixtures.</summary>
internal enum ReleasedLayout
{
    /// <summary>As published.</summary>
    Published,

    /// <summary>As transformers 5 has them in memory: experts in stacks, some names its own.</summary>
    Transformers5,

    /// <summary>Experts packed in MXFP4.</summary>
    Packed,
}

/// <summary>What a tensor holds.</summary>
internal enum TensorKind
{
    Matrix,
    Norm,
    Offset,

    /// <summary>Kept in float32 whatever the rest is.</summary>
    Correction,

    Nibbles,
    Exponents,
}
