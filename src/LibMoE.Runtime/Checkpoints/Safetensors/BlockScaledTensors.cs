using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>
/// Weights that are stored as float8 (E4M3) with a scale for each block of rows and columns, as DeepSeek-V3 publishes them
/// (<c>x.weight</c> and <c>x.weight_scale_inv</c>), read as bfloat16: number · scale in float32, rounded to the nearest. Other tensors
/// stay.
/// </summary>
internal sealed class BlockScaledTensors : ITensorSource
{
    private const string ScaleSuffix = "_scale_inv";

    private const string DType = "F8_E4M3";

    private readonly ITensorSource _stored;
    private readonly Dictionary<string, BlockScales> _scaled = [];

    private BlockScaledTensors(ITensorSource stored, int rows, int columns)
    {
        _stored = stored;
        try
        {
            foreach (var layout in stored.Tensors.Where(layout => layout.DType.Name == DType))
            {
                _scaled.Add(layout.Name, new BlockScales(layout, ScalesOf(layout, rows, columns), rows, columns));
            }
        }
        catch
        {
            stored.Dispose();
            throw;
        }

        Tensors = [.. stored.Tensors.Where(layout => !IsScale(layout.Name)).Select(Shown)];
    }

    /// <inheritdoc />
    public string Path => _stored.Path;

    /// <summary>What lies there.</summary>
    public ITensorSource Stored => _stored;

    /// <summary>How many tensors are stored as float8.</summary>
    public int ScaledTensors => _scaled.Count;

    /// <summary>Opens a folder that has <c>model.safetensors</c> or its index.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="rows">The rows of a block, at least 1.</param>
    /// <param name="columns">The columns of a block, at least 1.</param>
    /// <exception cref="StorageException">A tensor of float8 has no scales, or other than its blocks need; or a file cannot be read.
    /// </exception>
    public static BlockScaledTensors Open(IRunFiles files, string folder, int rows, int columns) =>
        new(TensorSource.OpenFolder(files, folder, DType), rows, columns);

    /// <inheritdoc />
    public IReadOnlyList<TensorLayout> Tensors { get; }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Metadata => _stored.Metadata;

    /// <inheritdoc />
    public TensorLayout? Find(string name) => _stored.Find(name) is { } layout && !IsScale(name) ? Shown(layout) : null;

    /// <inheritdoc />
    public void ReadBytes(string name, long offset, Span<byte> target)
    {
        if (!_scaled.TryGetValue(name, out var scales))
        {
            _stored.ReadBytes(name, offset, target);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual((offset | (long)target.Length) & 1, 0, nameof(offset));
        var codes = new byte[target.Length / 2];
        _stored.ReadBytes(name, offset / 2, codes);
        var scale = scales.Read(_stored);
        for (var i = 0; i < codes.Length;)
        {
            var (block, length) = scales.From((offset / 2) + i);
            for (var end = Math.Min(codes.Length, i + length); i < end; i++)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(target[(2 * i)..], Rounded(Float8.E4M3[codes[i]] * scale[block]));
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _stored.Dispose();

    private TensorLayout Shown(TensorLayout layout) => _scaled.ContainsKey(layout.Name)
        ? new TensorLayout(layout.Name, SafetensorsDType.All["BF16"], layout.Shape) : layout;

    private bool IsScale(string name) =>
        name.EndsWith(ScaleSuffix, StringComparison.Ordinal) && _scaled.ContainsKey(name[..^ScaleSuffix.Length]);

    private TensorLayout ScalesOf(TensorLayout layout, int rows, int columns)
    {
        var name = layout.Name + ScaleSuffix;
        var wanted = layout.Shape.Count < 2
            ? throw Wrong($"{layout} is no matrix, which blocks of {rows} rows and {columns} columns need")
            : new[] { Blocks(layout.Shape[^2], rows), Blocks(layout.Shape[^1], columns) };
        var found = _stored.Find(name) ?? throw Wrong($"{layout} has no scales: {name} is missing");
        return found.DType.Torch is ScalarType.Float32 or ScalarType.BFloat16
            && found.Shape.SequenceEqual([.. layout.Shape.SkipLast(2), .. wanted])
            ? found
            : throw Wrong($"{found} does not scale {layout} in blocks of {rows} rows and {columns} columns");
    }

    private StorageException Wrong(string what) => new(Path, StorageCause.Damaged, $"{Path}: {what}");

    private static long Blocks(long size, int block) => (size + block - 1) / block;

    /// <summary>To the nearest of bfloat16, of two the even one.</summary>
    private static ushort Rounded(float number)
    {
        var bits = BitConverter.SingleToUInt32Bits(number);
        return float.IsNaN(number) ? (ushort)0x7fc0 : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The scales of one tensor, and which of them a number has.</summary>
    private sealed record BlockScales(TensorLayout Weights, TensorLayout Scales, int Rows, int Columns)
    {
        private float[]? _read;

        /// <summary>The block of a number, and how many from it on stand in the same row of the block.</summary>
        public (int Block, int Length) From(long number)
        {
            var (rows, columns) = (Weights.Shape[^2], Weights.Shape[^1]);
            var (matrix, row, column) = (number / (rows * columns), number / columns % rows, number % columns);
            var block = (((matrix * Scales.Shape[^2]) + (row / Rows)) * Scales.Shape[^1]) + (column / Columns);
            return ((int)block, (int)Math.Min(Columns - (column % Columns), columns - column));
        }

        public float[] Read(ITensorSource source)
        {
            if (_read is null)
            {
                var bytes = new byte[Scales.Bytes];
                source.ReadBytes(Scales.Name, 0, bytes);
                _read = Scales.DType.Torch == ScalarType.Float32
                    ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
                    : Array.ConvertAll(
                        MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), half => BitConverter.UInt32BitsToSingle((uint)half << 16));
            }

            return _read;
        }
    }
}
