namespace LibMoE.Runtime;

/// <summary>Stored tensors that can be read by name: one file, or a folder of shards with an index.</summary>
public interface ITensorSource : IDisposable
{
    /// <summary>The file, or the index of several.</summary>
    string Path { get; }

    /// <summary>The tensors in the order of the files.</summary>
    IReadOnlyList<TensorLayout> Tensors { get; }

    /// <summary>Free texts that were stored with the tensors.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The layout of a tensor, or null when there is none of that name.</summary>
    TensorLayout? Find(string name);

    /// <summary>Reads a part of a tensor's bytes (row-major, little-endian).</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte, from the tensor's start.</param>
    /// <param name="target">Takes the bytes; all of it is filled.</param>
    /// <exception cref="StorageException">There is no such tensor, or the file cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the tensor.</exception>
    void ReadBytes(string name, long offset, Span<byte> target);
}
