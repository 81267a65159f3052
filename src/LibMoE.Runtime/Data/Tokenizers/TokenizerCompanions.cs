namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>Files beside a vocabulary that decide no ids, but go with it wherever it goes: the chat template, and what ends
/// answers.</summary>
internal static class TokenizerCompanions
{
    /// <summary>The chat template, a file of its own.</summary>
    public const string Template = "chat_template.jinja";

    /// <summary>The chat template as older processors have it.</summary>
    public const string TemplateJson = "chat_template.json";

    /// <summary>How a model generates; its <c>eos_token_id</c> ends answers.</summary>
    public const string Generation = "generation_config.json";

    private const int LongestFile = 1 << 22;

    private static readonly string[] Names = [Template, TemplateJson, Generation];

    /// <summary>Those in the folder of a vocabulary.</summary>
    /// <exception cref="StorageException">One cannot be read.</exception>
    public static IReadOnlyList<TokenizerFile> Beside(string vocabulary) => In(Path.GetDirectoryName(vocabulary) ?? "", Names);

    /// <summary>Those of a tokenizer without a vocabulary file, whose configuration is one of them.</summary>
    /// <exception cref="StorageException">One cannot be read.</exception>
    public static IReadOnlyList<TokenizerFile> In(string folder) => In(folder, [TokenizerConfig.FileName, .. Names]);

    private static List<TokenizerFile> In(string folder, IReadOnlyList<string> names) =>
    [
        .. names.Select(name => (Name: name, Path: Path.Combine(folder, name)))
            .Where(file => DiskFiles.Instance.Find(file.Path) is { Kind: not RunEntryKind.Folder })
            .Select(file => new TokenizerFile(file.Name, DiskFiles.Instance.ReadAll(file.Path, LongestFile))),
    ];
}
