using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.Http;

/// <summary>How long a client may leave a piece of its answer unread. Kestrel's own rule counts bytes per second, and what its buffer holds
/// would be minutes of them.</summary>
/// <param name="limit">How long.</param>
internal sealed class Patience(TimeSpan limit)
{
    /// <summary>Waits until a piece is out.</summary>
    /// <param name="context">The request.</param>
    /// <param name="writing">The write.</param>
    /// <exception cref="SlowReaderException">It took too long; the connection is closed.</exception>
    public async Task For(HttpContext context, Task writing)
    {
        try
        {
            await writing.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!writing.IsCompleted)
        {
            context.Abort();
            throw new SlowReaderException();
        }
    }
}
