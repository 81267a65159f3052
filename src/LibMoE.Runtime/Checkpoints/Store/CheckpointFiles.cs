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
}
