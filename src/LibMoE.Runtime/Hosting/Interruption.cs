namespace LibMoE.Runtime.Hosting;

/// <summary>Lets a verb take Ctrl+C for what it does at the moment, such as an answer, in the place of the whole program.</summary>
internal sealed class Interruption
{
    private CancellationTokenSource? _current;

    /// <summary>Takes the next Ctrl+C until the result is disposed.</summary>
    /// <param name="source">Cancelled by it.</param>
    public IDisposable Take(CancellationTokenSource source)
    {
        Volatile.Write(ref _current, source);
        return new Taken(this);
    }

    /// <summary>Interrupts what is done at the moment.</summary>
    /// <returns>Whether there was something that was not interrupted before.</returns>
    public bool TryUse()
    {
        if (Interlocked.Exchange(ref _current, null) is not { } source)
        {
            return false;
        }

        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // What was to be interrupted has just ended.
        }

        return true;
    }

    private sealed class Taken(Interruption owner) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref owner._current, null);
    }
}
