using System.Text.Json;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Checkpoints.Store;

/// <summary>
/// The content of a checkpoint's <c>manifest.json</c>, which is written last: which files belong to it, with sizes and digests. A folder
/// without a manifest that holds is no checkpoint.
/// </summary>
/// <param name="Schema">The version of this layout.</param>
/// <param name="Step">The optimiser steps done; the folder's name must say the same.</param>
/// <param name="Files">Every file but the manifest itself.</param>
internal sealed record CheckpointManifest(int Schema, long Step, IReadOnlyList<WrittenFile> Files)
{
    /// <summary>The file's name in a checkpoint.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The version that this program writes, and the only one that it reads.</summary>
    public const int CurrentSchema = 1;

    private const int LongestFile = 1 << 20;

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, RunJson.Indented);

    /// <summary>Reads a folder's manifest and holds every file against it: the size, then the digest.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The checkpoint.</param>
    /// <exception cref="StorageException">The folder is not what its manifest says; the message names the file.</exception>
    public static CheckpointManifest Verify(IRunFiles files, string folder)
    {
        var manifest = Read(files, folder);
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(folder, file.Name);
            var entry = files.Find(path) ?? throw Damaged(path, "it does not exist, but the manifest names it");
            if (entry.Kind != RunEntryKind.File || entry.Length != file.Bytes)
            {
                throw Damaged(path, $"it has {entry.Length} bytes; the manifest says {file.Bytes}");
            }

            if (files.Sha256(path) != file.Sha256)
            {
                throw Damaged(path, "its bytes are not those of the manifest's SHA-256");
            }
        }

        return manifest;
    }

    private static CheckpointManifest Read(IRunFiles files, string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (files.Find(path) is null)
        {
            throw Damaged(path, "it does not exist, so the save was never finished");
        }

        CheckpointManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<CheckpointManifest>(files.ReadAll(path, LongestFile), RunJson.Indented);
        }
        catch (JsonException error)
        {
            throw Damaged(path, $"it is not the manifest of a checkpoint: {error.Message}");
        }

        if (manifest is not { Schema: CurrentSchema, Files: not null })
        {
            throw Damaged(path, $"its schema is {manifest?.Schema}; this program reads {CurrentSchema}");
        }

        if (CheckpointName.StepOf(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))) is { } step && step != manifest.Step)
        {
            throw Damaged(path, $"it is of step {manifest.Step}, but the folder is named for step {step}");
        }

        return manifest.Files.FirstOrDefault(file => file?.Sha256 is null || !IsPlain(file.Name)) is { } wrong
            ? throw Damaged(path, $"it names {MessageText.Quote(wrong.Name ?? "")}, which is not a file of its own folder")
            : manifest;
    }

    private static bool IsPlain(string? name) =>
        name is { Length: > 0 } && name[0] != '.' && name.AsSpan().IndexOfAny("/\\:") < 0 && !name.Any(char.IsControl);

    private static StorageException Damaged(string path, string what) => new(path, StorageCause.Damaged, $"{path} is damaged: {what}");
}
