using LibMoE.Runtime.Checkpoints.Safetensors;

namespace LibMoE.Runtime;

/// <summary>Writes safetensors files: one, or shards with an index as Hugging Face lays them out.</summary>
public static class SafetensorsWriter
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    /// <summary>
    /// Writes one file so that an observer sees the old one or the whole new one. The tensors may be read from the file that is replaced.
    /// </summary>
    /// <param name="files">The file system.</param>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors, in any order.</param>
    /// <param name="metadata">Free texts to store with them.</param>
    /// <returns>The file's name, length and SHA-256.</returns>
    /// <exception cref="ArgumentException">Names or sizes that the format cannot hold.</exception>
    /// <exception cref="StorageException">The file could not be written; one of that name is as it was.</exception>
    /// <exception cref="InvalidOperationException">A tensor changed its size while it was written.</exception>
    public static WrittenFile Save(
        IRunFiles files, string path, IReadOnlyCollection<TensorPayload> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        files.WriteAtomically(path, writer => Write(writer, tensors, metadata));

    /// <summary>Writes the bytes of one file.</summary>
    /// <param name="writer">Takes the bytes.</param>
    /// <param name="tensors">The tensors, in any order.</param>
    /// <param name="metadata">Free texts to store with them.</param>
    /// <exception cref="ArgumentException">Names or sizes that the format cannot hold.</exception>
    /// <exception cref="StorageException">The bytes could not be written.</exception>
    /// <exception cref="InvalidOperationException">A tensor changed its size while it was written.</exception>
    public static void Write(
        RunFileWriter writer, IReadOnlyCollection<TensorPayload> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Wide elements first: then each tensor lies at a multiple of its element's size.
        var ordered = tensors
            .OrderByDescending(tensor => tensor.Layout.DType.Bits)
            .ThenBy(tensor => tensor.Layout.Name, StringComparer.Ordinal)
            .ToArray();
        writer.Write(HeaderWriter.Write(Array.ConvertAll(ordered, tensor => tensor.Layout), metadata ?? NoMetadata));
        foreach (var tensor in ordered)
        {
            var end = writer.Length + tensor.Layout.Bytes;
            tensor.WriteTo(writer);
            if (writer.Length != end)
            {
                throw new InvalidOperationException($"{tensor.Layout} changed its size while it was written.");
            }
        }
    }

    /// <summary>
    /// Writes a model's tensors into a folder: as <c>model.safetensors</c> when one shard takes them, else as
    /// <c>model-00001-of-0000N.safetensors</c> and an index, which is written last.
    /// </summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The folder; it is created when absent and may hold no model yet.</param>
    /// <param name="tensors">The tensors; shards are filled in this order.</param>
    /// <param name="shardBytes">The most bytes of data in a shard; a larger tensor has one to itself.</param>
    /// <param name="metadata">Free texts to store in every shard.</param>
    /// <exception cref="ArgumentException">Names or sizes that the format cannot hold.</exception>
    /// <exception cref="StorageException">The folder holds a model, or a file could not be written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">shardBytes is not above 0.</exception>
    /// <exception cref="InvalidOperationException">A tensor changed its size while it was written.</exception>
    public static void SaveSharded(
        IRunFiles files,
        string folder,
        IReadOnlyCollection<TensorPayload> tensors,
        long shardBytes = 5_000_000_000,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shardBytes);
        files.CreateFolders(folder);
        RefuseModel(files, folder);
        var shards = Split(tensors, shardBytes);
        if (shards.Count == 1)
        {
            Save(files, Path.Combine(folder, ModelFiles.Single), shards[0], metadata);
            return;
        }

        var names = Enumerable.Range(1, shards.Count).Select(number => ModelFiles.Shard(number, shards.Count)).ToArray();
        foreach (var (name, shard) in names.Zip(shards))
        {
            Save(files, Path.Combine(folder, name), shard, metadata);
        }

        var shardOf = names.Zip(shards).SelectMany(pair => pair.Second.Select(tensor => (tensor.Layout, Shard: pair.First)));
        files.WriteAtomically(Path.Combine(folder, ModelFiles.Index), ShardIndex.Write(shardOf));
    }

    // Shards of an older model beside the new ones could be taken for the model's.
    private static void RefuseModel(IRunFiles files, string folder)
    {
        foreach (var entry in files.List(folder).Where(entry => ModelFiles.IsOfModel(entry.Name)))
        {
            throw new StorageException(
                folder, StorageCause.AlreadyExists, $"{folder} holds a model already ({entry.Name}); choose a folder without one");
        }
    }

    /// <summary>Parts a model's tensors into shards, which are filled in the tensors' order; at least one, of at most so many bytes unless
    /// a tensor alone has more.</summary>
    internal static List<List<TensorPayload>> Split(IEnumerable<TensorPayload> tensors, long shardBytes)
    {
        var shards = new List<List<TensorPayload>> { new() };
        var bytes = 0L;
        foreach (var tensor in tensors)
        {
            if (shards[^1].Count > 0 && tensor.Layout.Bytes > shardBytes - bytes)
            {
                shards.Add([]);
                bytes = 0;
            }

            shards[^1].Add(tensor);
            bytes += tensor.Layout.Bytes;
        }

        return shards;
    }
}
