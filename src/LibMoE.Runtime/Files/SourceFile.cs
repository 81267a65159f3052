namespace LibMoE.Runtime;

/// <summary>One data file of a task.</summary>
/// <param name="Path">The path inside the data folder, with slashes, such as <c>piqa/piqa_valid.jsonl</c>.</param>
public sealed record SourceFile(string Path)
{
    /// <summary>Which entries of an archive are read; * stands for any characters. What an archive's writer left beside the data
    /// (<c>__MACOSX/</c>, <c>.DS_Store</c>) never is.</summary>
    public string? Entries { get; init; }

    /// <summary>SHA-256 of the file as it lies in the data folder, in lower-case hexadecimal; null accepts any file, and the results
    /// state its hash.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where it is downloaded from. Only a file with a hash is.</summary>
    public string? Url { get; init; }

    /// <summary>The name that git gives the content, in lower-case hexadecimal, where that is what is known in the place of a
    /// SHA-256; see <see cref="Files.GitBlobHash"/>.</summary>
    internal string? GitBlob { get; init; }
}
