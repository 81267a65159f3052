namespace LibMoE.Runtime.Checkpoints.Hub;

/// <summary>Where the path that somebody gives for a model leads.</summary>
internal static class HubPlace
{
    /// <summary>The path as it is; of an address, where its model lies, fetched where the cache does not have it.</summary>
    /// <exception cref="ConfigurationException">See <see cref="HubModels.FindAsync"/>.</exception>
    /// <exception cref="DownloadException">The server cannot be reached, and the cache does not have the model.</exception>
    /// <exception cref="StorageException">What was sent is wrong, or a file cannot be written.</exception>
    public static string Of(string path) => HubAddress.IsAddress(path)
        ? Task.Run(() => new HubModels().FindAsync(HubAddress.Parse(path))).GetAwaiter().GetResult().Path
        : path;
}
