namespace LibMoE.Serving.Http;

/// <summary>A request that is not served, in OpenAI's terms.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What was wrong, and what is allowed.</param>
/// <param name="param">Which field of the body; null where it is none.</param>
/// <param name="code">OpenAI's code; null where it has none.</param>
internal sealed class RequestRefusedException(int status, string message, string? param = null, string? code = null) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>Which field of the body.</summary>
    public string? Param { get; } = param;

    /// <summary>OpenAI's code.</summary>
    public string? Code { get; } = code;
}
