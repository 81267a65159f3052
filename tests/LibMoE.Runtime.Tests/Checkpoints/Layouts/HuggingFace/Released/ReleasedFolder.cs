using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>
/// A tiny model of random numbers in the layout of a release: settings and names of tensors as its authors published them, or as
/// transformers 5 names them in memory.
/// </summary>
internal sealed class ReleasedFolder : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly Random _random = new(23);

    /// <param name="family">The model type.</param>
    /// <param name="layout">How mixtures are named and stored.</param>
    /// <param name="change">Changes the settings before tensors are made by them.</param>
    /// <param name="type">The element type of what is not kept in float32.</param>
    public ReleasedFolder(
        string family, ReleasedLayout layout = ReleasedLayout.Published, Action<JsonObject>? change = null, string type = "F32")
    {
        Layout = layout;
        Config = ReleasedSettings.Of(family);
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
