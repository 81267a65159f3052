namespace LibMoE.Runtime;

/// <summary>A federation ended before its time: no server answers, or it hung up.</summary>
/// <param name="message">What happened, with the server's address.</param>
public sealed class FederationException(string message) : IOException(message);
