namespace LibMoE.Runtime.Checkpoints.Layouts.Llama2c;

/// <summary>
/// A llama2.c file of version 0 as named tensors: after the header come float32 numbers without names, in an order that the header's
/// numbers decide. Names are llama2.c's own, with the block after a dot: <c>wq.0</c>.
/// </summary>
internal sealed class Llama2cFile : ITensorSource
{
    private readonly IRunFile _file;
    private readonly Dictionary<string, (TensorLayout Layout, long Start)> _places = [];

    private Llama2cFile(IRunFile file, string path, Llama2cHeader header)
    {
        (_file, Path, Header) = (file, path, header);
        var start = (long)Llama2cHeader.Bytes;
        foreach (var layout in Layouts(header))
        {
            _places.Add(layout.Name, (layout, start));
            start += layout.Bytes;
        }

        if (start != file.Length)
        {
            throw new StorageException(
                path, StorageCause.Damaged,
                $"{path} has {file.Length} bytes; a llama2.c model of the sizes that it states ({header}) has {start}");
        }
    }

    /// <summary>The sizes.</summary>
    public Llama2cHeader Header { get; }

    /// <inheritdoc />
    public string Path { get; }

    /// <inheritdoc />
    public IReadOnlyList<TensorLayout> Tensors => [.. _places.Values.Select(place => place.Layout)];

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>Opens a file and checks that it has the length that its header asks for.</summary>
    /// <exception cref="StorageException">It is no such file, or it cannot be read.</exception>
    public static Llama2cFile Open(IRunFiles files, string path)
    {
        var file = files.OpenRead(path);
        try
        {
            var header = Llama2cHeader.Read(file, path);
            var problems = header.ToConfig().Problems();
            if (problems.Count > 0 || header.Dim % header.Heads != 0 || header.Dim / header.Heads % 2 != 0)
            {
                throw new StorageException(path, StorageCause.Damaged, $"{path} is not a llama2.c model: its header would mean {header}");
            }

            return new Llama2cFile(file, path, header);
        }
        catch (Exception error) when (error is ArgumentException or OverflowException)
        {
            file.Dispose();
            throw new StorageException(path, StorageCause.Damaged, $"{path} is not a llama2.c model: {error.Message}", error);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public TensorLayout? Find(string name) => _places.TryGetValue(name, out var place) ? place.Layout : null;

    /// <inheritdoc />
    public void ReadBytes(string name, long offset, Span<byte> target)
    {
        var (layout, start) = _places[name];
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, layout.Bytes - target.Length);
        if (_file.Read(start + offset, target) != target.Length)
        {
            throw new StorageException(Path, StorageCause.Damaged, $"{Path} became shorter while it was read");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    /// <summary>In the order of the file: each kind for all blocks, then the next kind.</summary>
    private static IEnumerable<TensorLayout> Layouts(Llama2cHeader header)
    {
        long dim = header.Dim, hidden = header.Hidden, keyValue = dim / header.Heads * header.KeyValueHeads;
        (string Name, long[] Shape)[] perBlock =
        [
            ("rms_att_weight", [dim]),
            ("wq", [dim, dim]),
            ("wk", [keyValue, dim]),
            ("wv", [keyValue, dim]),
            ("wo", [dim, dim]),
            ("rms_ffn_weight", [dim]),
            ("w1", [hidden, dim]),
            ("w2", [dim, hidden]),
            ("w3", [hidden, dim]),
        ];
        yield return Float32("token_embedding_table", header.Vocabulary, dim);
        foreach (var (name, shape) in perBlock)
        {
            for (var block = 0; block < header.Layers; block++)
            {
                yield return Float32($"{name}.{block}", shape);
            }
        }

        yield return Float32("rms_final_weight", dim);

        // Tables of the rotary embedding, which follow from the header.
        yield return Float32("freq_cis_real", header.Context, dim / header.Heads / 2);
        yield return Float32("freq_cis_imag", header.Context, dim / header.Heads / 2);
        if (!header.TiedHead)
        {
            yield return Float32("wcls", header.Vocabulary, dim);
        }
    }

    private static TensorLayout Float32(string name, params long[] shape) => new(name, SafetensorsDType.All["F32"], shape);
}
