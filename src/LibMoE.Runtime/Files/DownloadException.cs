namespace LibMoE.Runtime;

/// <summary>A file that could not be fetched: the message is one sentence without its end that names the address and the cause.</summary>
/// <param name="message">What happened.</param>
/// <param name="cause">The exception behind it, if any.</param>
public sealed class DownloadException(string message, Exception? cause = null) : Exception(message, cause);
