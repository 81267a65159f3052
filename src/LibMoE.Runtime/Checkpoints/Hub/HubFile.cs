namespace LibMoE.Runtime.Checkpoints.Hub;

/// <summary>One file of a published model at one commit.</summary>
/// <param name="Name">Its path, with slashes.</param>
/// <param name="Bytes">Its length; null where the server does not say.</param>
/// <param name="Hash">What it is known by: SHA-256 of a large file (64 digits), git's name of a small one (40); null where it has to be
/// asked for.</param>
internal sealed record HubFile(string Name, long? Bytes, string? Hash)
{
    private const int Sha256Length = 64;
    private const int GitLength = 40;

    /// <summary>Whether a text can be a hash, and with it a file's name in the cache.</summary>
    public static bool IsHash(string? text) => text is { Length: Sha256Length or GitLength } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The file as the downloader takes it.</summary>
    /// <param name="url">Where it is.</param>
    public SourceFile At(string url) => new(Name)
    {
        Url = url,
        Sha256 = Hash?.Length == Sha256Length ? Hash : null,
        GitBlob = Hash?.Length == GitLength ? Hash : null,
    };
}

/// <summary>A model's files at one commit.</summary>
/// <param name="Commit">The commit, 40 digits.</param>
/// <param name="Files">Its files, in the server's order.</param>
internal sealed record HubRevision(string Commit, IReadOnlyList<HubFile> Files);
