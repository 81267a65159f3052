using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>
/// Work in independent parts on libtorch's own threads. Threads take the next part when they finish one, so parts may differ in size; no
/// result depends on which thread computed it.
/// </summary>
internal abstract unsafe class WorkerTask
{
    private int _next;
    private int _parts;
    private Exception? _failure;

    /// <summary>Computes one part.</summary>
    /// <param name="part">Which, from 0.</param>
    /// <param name="worker">Which of the workers computes it: the index of its scratch memory.</param>
    protected abstract void Run(int part, int worker);

    /// <summary>Computes the parts and returns when all are done.</summary>
    public void Run(TorchLibrary torch, int parts, int workers)
    {
        (_next, _parts) = (0, parts);
        // With one part the calling thread stays outside the thread pool, where BLAS may use all threads for it.
        if (workers == 1 || parts <= 1)
        {
            Work(0);
            return;
        }

        var handle = GCHandle.Alloc(this);
        torch.ParallelFor(Math.Min(workers, parts), &Enter, (void*)GCHandle.ToIntPtr(handle));
        handle.Free();
        if (_failure is not null)
        {
            throw new InvalidOperationException("A part of the expert computation failed.", _failure);
        }
    }

    /// <summary>How many workers a computation is worth: one where starting threads would cost more than they save.</summary>
    public static int Workers(long operations) => operations < 1_000_000 ? 1 : get_num_threads();

    [UnmanagedCallersOnly]
    private static void Enter(long begin, long end, void* state)
    {
        var task = (WorkerTask)GCHandle.FromIntPtr((nint)state).Target!;
        try
        {
            for (var worker = (int)begin; worker < end; worker++)
            {
                task.Work(worker);
            }
        }
        catch (Exception exception)
        {
            // An exception must not unwind through libtorch's frames.
            task._failure = exception;
        }
    }

    private void Work(int worker)
    {
        for (var part = Interlocked.Increment(ref _next) - 1; part < _parts; part = Interlocked.Increment(ref _next) - 1)
        {
            Run(part, worker);
        }
    }
}
