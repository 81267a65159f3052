namespace LibMoE.Runtime;

/// <summary>How far a download is.</summary>
/// <param name="File">The file, by its path in the data folder.</param>
/// <param name="DoneBytes">What is there, that of an earlier, broken-off download included.</param>
/// <param name="TotalBytes">All of it; null where the server does not say.</param>
public sealed record DownloadProgress(string File, long DoneBytes, long? TotalBytes);
