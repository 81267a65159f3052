using System.Text.Json;
using LibMoE.Runtime.Checkpoints.Layouts;
using LibMoE.Runtime.Checkpoints.Safetensors;
using LibMoE.Runtime.Checkpoints.Store;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime;

/// <summary>A checkpoint whose files were all found to be what its manifest says.</summary>
public sealed class Checkpoint
{
    /// <summary>The parameters and buffers.</summary>
    public const string ModelFile = "model.safetensors";

    /// <summary>Their moving average, where the run keeps one.</summary>
    public const string AverageFile = "average.safetensors";

    /// <summary>The optimiser's moments.</summary>
    public const string OptimizerFile = "optimizer.safetensors";

    /// <summary>Tensors of a program's own learner beside its model, where it has such.</summary>
    public const string ExtraFile = "extra.safetensors";

    /// <summary>Everything else.</summary>
    public const string StateFile = "state.json";

    private const int LongestState = 1 << 30;

    private readonly IRunFiles _files;
    private readonly CheckpointManifest _manifest;
    private readonly Lazy<CheckpointState> _state;

    private Checkpoint(IRunFiles files, string path, CheckpointManifest manifest)
    {
        (_files, Path, _manifest) = (files, path, manifest);
        _state = new(ReadState);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The optimiser steps done.</summary>
    public long Step => _manifest.Step;

    /// <summary>The files with their sizes and digests.</summary>
    public IReadOnlyList<WrittenFile> Files => _manifest.Files;

    /// <summary>Which model this is and how its training stands.</summary>
    /// <exception cref="StorageException">The file cannot be read, or holds something else.</exception>
    public CheckpointState State => _state.Value;

    /// <summary>Opens a checkpoint after holding every file against the manifest.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The checkpoint's own folder, <c>step-N</c> or a copy under another name.</param>
    /// <exception cref="StorageException">The folder holds no whole checkpoint; the message names the file and what is
    /// wrong with it.</exception>
    public static Checkpoint Open(IRunFiles files, string folder) => new(files, folder, CheckpointManifest.Verify(files, folder));

    /// <summary>Whether a folder looks like a checkpoint, whole or not.</summary>
    public static bool IsIn(IRunFiles files, string folder) =>
        files.Find(System.IO.Path.Combine(folder, CheckpointManifest.FileName)) is not null;

    /// <summary>Opens the parameters and buffers that the model is used with: the moving average where the run keeps one.</summary>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public ITensorSource OpenModel() => Open(UsedFile);

    /// <summary>SHA-256 of the file that <see cref="OpenModel"/> opens; of shards, of the lines <c>name sha256</c> in
    /// ordinal order.</summary>
    internal string ModelSha256 => Files.FirstOrDefault(file => file.Name == UsedFile)?.Sha256
        ?? ContentHash.Of(Files.Where(file => ModelFiles.IsPartOf(UsedFile, file.Name)));

    private string UsedFile => Has(AverageFile) ? AverageFile : ModelFile;

    /// <summary>Whether the checkpoint has that file, or shards in its place.</summary>
    internal bool Has(string name) => Files.Any(file => file.Name == name || file.Name == ModelFiles.IndexOf(name));

    /// <summary>Opens one of the checkpoint's files of tensors, or the shards in its place.</summary>
    internal ITensorSource Open(string name) => Files.Any(file => file.Name == ModelFiles.IndexOf(name))
        ? ShardedTensors.Open(_files, System.IO.Path.Combine(Path, ModelFiles.IndexOf(name)))
        : SafetensorsFile.Open(_files, System.IO.Path.Combine(Path, name));

    private CheckpointState ReadState()
    {
        var path = System.IO.Path.Combine(Path, StateFile);
        try
        {
            return JsonSerializer.Deserialize<CheckpointState>(_files.ReadAll(path, LongestState), RunJson.Indented) is
            { Schema: CheckpointState.CurrentSchema } state
                ? state
                : throw new JsonException($"this program reads schema {CheckpointState.CurrentSchema}");
        }
        catch (JsonException error)
        {
            throw new StorageException(path, StorageCause.Damaged, $"{path} is not the state of a training run: {error.Message}", error);
        }
    }
}
