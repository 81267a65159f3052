using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Checkpoints.Safetensors;

namespace LibMoE.Runtime.Checkpoints.Hub;

/// <summary>Which files of a published model loading needs: settings, tensors and tokenizer, and nothing else, such as the same weights in
/// another form.</summary>
internal static class HubSelection
{
    /// <summary>Files beside the tensors that are read, or go with the model where it goes.</summary>
    private static readonly HashSet<string> Companions =
    [
        HuggingFaceConfig.FileName, "generation_config.json", "preprocessor_config.json", "processor_config.json", "tokenizer.model",
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
        "chat_template.jinja", "chat_template.json", HuggingFaceTokenizer.IdentityFile, "tokenizer.bin", "tok512.bin", "README.md",
    ];

    /// <summary>The files that say what else is needed, and all small ones: those of the first round.</summary>
    /// <exception cref="ConfigurationException">There is no model of a form that is read.</exception>
    public static IReadOnlyList<HubFile> First(HubAddress address, HubRevision revision)
    {
        if (address.Path is { } path && revision.Files.FirstOrDefault(file => file.Name == path) is { } one)
        {
            return [one, .. In(revision, Folder(path)).Where(file => file != one && Companions.Contains(NameOf(file)))];
        }

        List<HubFile> here = [.. In(revision, address.Path ?? "")];
        var names = here.Select(NameOf).ToHashSet();
        if (names.Contains(HuggingFaceConfig.FileName) && (names.Contains(ModelFiles.Single) || names.Contains(ModelFiles.Index)))
        {
            return [.. here.Where(file => Companions.Contains(NameOf(file)) || NameOf(file) is ModelFiles.Single or ModelFiles.Index)];
        }

        throw new ConfigurationException(here.Count == 0
            ? $"{address.At(revision.Commit)} is neither a file nor a folder of the model; it has {Listed(revision.Files)}."
            : $"{address.At(revision.Commit)} has no {HuggingFaceConfig.FileName} with {ModelFiles.Single} or {ModelFiles.Index}; it has "
                + $"{Listed(here)}. Where one of these is a model, add its name: hf:{address.Id}@{revision.Commit}/FILE.");
    }

    /// <summary>The shards that an index names, once it is there.</summary>
    /// <param name="address">The model.</param>
    /// <param name="revision">Its files.</param>
    /// <param name="folder">Where the files of the first round lie.</param>
    /// <exception cref="ConfigurationException">The model has no such shard.</exception>
    /// <exception cref="StorageException">The index cannot be read.</exception>
    public static IReadOnlyList<HubFile> Shards(HubAddress address, HubRevision revision, string folder) =>
    [
        .. ShardsOf(folder).Select(name => In(revision, address.Path ?? "").FirstOrDefault(file => NameOf(file) == name)
            ?? throw new ConfigurationException($"{address.At(revision.Commit)}: the index names {name}, which the model does not have.")),
    ];

    /// <summary>What of a model is not in a folder of the cache; empty where it can be loaded.</summary>
    /// <exception cref="StorageException">A file cannot be read.</exception>
    public static IReadOnlyList<string> Missing(string path)
    {
        if (File.Exists(path))
        {
            return [];
        }

        var shards = ShardsOf(path);
        string[] needed = [HuggingFaceConfig.FileName, .. shards.Length > 0 ? shards : [ModelFiles.Single]];
        return [.. needed.Where(name => !File.Exists(Path.Combine(path, name)))];
    }

    private static string[] ShardsOf(string folder)
    {
        var index = Path.Combine(folder, ModelFiles.Index);
        return File.Exists(index) && !File.Exists(Path.Combine(folder, ModelFiles.Single))
            ? [.. ShardIndex.Read(DiskFiles.Instance, index).ShardOf.Values.Distinct().Order(StringComparer.Ordinal)]
            : [];
    }

    private static IEnumerable<HubFile> In(HubRevision revision, string folder) =>
        revision.Files.Where(file => Folder(file.Name) == folder);

    private static string Folder(string path) => path.LastIndexOf('/') is > 0 and var end ? path[..end] : "";

    private static string NameOf(HubFile file) => file.Name[(file.Name.LastIndexOf('/') + 1)..];

    private static string Listed(IReadOnlyList<HubFile> files)
    {
        const int Most = 12;
        return string.Join(", ", files.Take(Most).Select(file => file.Name))
            + (files.Count > Most ? $" and {files.Count - Most} more" : "");
    }
}
