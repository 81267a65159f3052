using LibMoE.Runtime.Checkpoints.Safetensors;

namespace LibMoE.Runtime;

/// <summary>Takes the files of a checkpoint while it is written. Each is durable before the next is begun.</summary>
public sealed class CheckpointFiles
{
    private readonly IRunFiles _files;
    private readonly string _folder;
    private readonly List<WrittenFile> _written = [];

    internal CheckpointFiles(IRunFiles files, string folder) => (_files, _folder) = (files, folder);

    /// <summary>What was written so far.</summary>
    internal IReadOnlyList<WrittenFile> Written => _written;

    /// <summary>Writes a file.</summary>
    /// <param name="name">Its name, without a path.</param>
    /// <param name="write">Appends its bytes.</param>
    /// <exception cref="StorageException">The file could not be written or made durable.</exception>
    public void Write(string name, Action<RunFileWriter> write)
    {
        using var writer = new RunFileWriter(_files, Path.Combine(_folder, name));
        write(writer);
        _written.Add(writer.Finish());
    }

    /// <summary>Takes files that were written into the same folder.</summary>
    internal void Adopt(IEnumerable<WrittenFile> files) => _written.AddRange(files);

    /// <summary>Takes files that other processes have written into the same folder, tensors in shards.</summary>
    /// <param name="name">The file that the shards are in place of.</param>
    /// <param name="shards">The shards.</param>
    /// <exception cref="StorageException">A shard cannot be read, or the index could not be written.</exception>
    internal void Adopt(string name, IReadOnlyList<WrittenFile> shards)
    {
        var placed = new List<(TensorLayout Layout, string Shard)>();
        foreach (var shard in shards)
        {
            using var source = SafetensorsFile.Open(_files, Path.Combine(_folder, shard.Name));
            placed.AddRange(source.Tensors.Select(layout => (layout, shard.Name)));
        }

        _written.AddRange(shards);
        Write(ModelFiles.IndexOf(name), writer => writer.Write(ShardIndex.Write(placed)));
    }

    /// <summary>Writes tensors: into one file, or where they are more into shards and an index, as Hugging Face lays out a model.</summary>
    /// <param name="name">The file's name, such as <c>model.safetensors</c>; shards are <c>model-00001-of-0000N.safetensors</c>.</param>
    /// <param name="tensors">The tensors; shards are filled in this order.</param>
    /// <param name="shardBytes">The most bytes of data in a file; a larger tensor has one to itself.</param>
    /// <exception cref="StorageException">A file could not be written or made durable.</exception>
    internal void WriteTensors(string name, IEnumerable<TensorPayload> tensors, long shardBytes)
    {
        var shards = SafetensorsWriter.Split(tensors, shardBytes);
        if (shards is [var only])
        {
            Write(name, writer => SafetensorsWriter.Write(writer, only));
            return;
        }

        List<(string Name, List<TensorPayload> Tensors)> named =
            [.. shards.Select((shard, index) => (ModelFiles.ShardOf(name, index + 1, shards.Count), shard))];
        named.ForEach(shard => Write(shard.Name, writer => SafetensorsWriter.Write(writer, shard.Tensors)));
        var shardOf = named.SelectMany(shard => shard.Tensors.Select(tensor => (tensor.Layout, shard.Name)));
        Write(ModelFiles.IndexOf(name), writer => writer.Write(ShardIndex.Write(shardOf)));
    }
}
