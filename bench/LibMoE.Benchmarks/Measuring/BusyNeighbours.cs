namespace LibMoE.Benchmarks.Measuring;

/// <summary>Threads that compute without pause, as other programs of a shared machine do, until they are disposed.</summary>
internal sealed class BusyNeighbours : IDisposable
{
    private readonly List<Thread> _threads;
    private volatile bool _isOver;

    public BusyNeighbours(int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Compute) { IsBackground = true })];
        _threads.ForEach(thread => thread.Start());
    }

    public void Dispose()
    {
        _isOver = true;
        _threads.ForEach(thread => thread.Join());
    }

    private void Compute()
    {
        var number = 1u;
        while (!_isOver)
        {
            number = number * 1664525 + 1013904223;
        }
    }
}
