using LibMoE.Runtime.Checkpoints.Safetensors;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>
/// One safetensors file, open for reading. Opening checks every rule of the format; data are read when they are asked for. The file is
/// read, not mapped: a mapped file that another process cuts short would end this one.
/// </summary>
public sealed class SafetensorsFile : ITensorSource
{
    private readonly IRunFile _file;
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<string, TensorSpan> _spans;

    private SafetensorsFile(IRunFile file, string path, SafetensorsHeader header)
    {
        _file = file;
        Path = path;
        _header = header;
        Tensors = Array.ConvertAll([.. header.Entries], entry => entry.Layout);
        _spans = header.Entries.ToDictionary(entry => entry.Layout.Name);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorLayout> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="SafetensorsException">The file breaks a rule of the format.</exception>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public static SafetensorsFile Open(IRunFiles files, string path) => Open(files, path, path);

    /// <summary>Opens the file that a path stands for.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="path">What it is called in messages.</param>
    /// <param name="target">Where it lies.</param>
    /// <param name="decoded">A dtype that cannot be held and that the caller decodes.</param>
    internal static SafetensorsFile Open(IRunFiles files, string path, string target, string? decoded = null)
    {
        var file = files.OpenRead(target);
        try
        {
            return new SafetensorsFile(file, path, SafetensorsHeader.Read(file, path, decoded));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TensorLayout? Find(string name) => _spans.TryGetValue(name, out var span) ? span.Layout : null;

    /// <inheritdoc/>
    public void ReadBytes(string name, long offset, Span<byte> target)
    {
        if (!_spans.TryGetValue(name, out var span))
        {
            throw new StorageException(Path, StorageCause.NotFound, $"{Path} has no tensor {MessageText.Quote(name)}");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, span.Layout.Bytes - target.Length);
        if (_file.Read(_header.DataStart + span.Begin + offset, target) != target.Length)
        {
            throw new SafetensorsException(Path, SafetensorsRule.Unchanged, "it became shorter while it was read");
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
