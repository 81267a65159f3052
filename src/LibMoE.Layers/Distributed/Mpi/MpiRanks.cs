using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed.Mpi;

/// <summary>Ranks over MPI, on the memory of CPU tensors.</summary>
internal sealed unsafe class MpiRanks(MpiLibrary mpi, int rank, int size, string name, bool check, Ranks? whole = null) : Ranks(whole)
{
    private readonly TorchLibrary _torch =
        TorchLibrary.Loaded
            ?? throw new RankFailureException("MPI needs the memory of tensors, which this build of libtorch does not give.");

    /// <inheritdoc/>
    public override int Rank => rank;

    /// <inheritdoc/>
    public override int Size => size;

    /// <inheritdoc/>
    public override string Engine => name;

    /// <inheritdoc/>
    internal override bool EndsItself => false;

    private protected override IPendingSum StartSum(Tensor tensor, string name)
    {
        if (tensor.dtype == ScalarType.BFloat16)
        {
            throw new ArgumentException($"MPI adds up no bfloat16 numbers ({name}).", nameof(tensor));
        }

        Compare("sum", tensor.numel(), name);
        var type = tensor.dtype switch
        {
            ScalarType.Float32 => mpi.Float,
            ScalarType.Float64 => mpi.Double,
            _ => mpi.Int64,
        };
        var memory = (nint)_torch.Pointer(tensor);
        return new Pending(this, name, Try(name, () => mpi.BeginSum((void*)memory, checked((int)tensor.numel()), type)));
    }

    private protected override Tensor RunExchange(Tensor rows_ND, long[] sent_R, long[] received_R, string name)
    {
        Compare("exchange", 0, name);

        // Whoever sends nothing may get rows all the same.
        var rowBytes = rows_ND.shape.Skip(1).Aggregate(rows_ND.element_size(), (bytes, size) => bytes * size);
        var received_ND = empty([received_R.Sum(), .. rows_ND.shape.Skip(1)], rows_ND.dtype);
        var (send, receive) = ((nint)_torch.Pointer(rows_ND), (nint)_torch.Pointer(received_ND));
        _ = Try(name, () =>
        {
            mpi.Exchange((void*)send, Bytes(sent_R), (void*)receive, Bytes(received_R));
            return true;
        });
        return received_ND;

        int[] Bytes(long[] rows_R) => [.. rows_R.Select(rows => checked((int)(rows * rowBytes)))];
    }

    private protected override bool RunBroadcast(Tensor tensor, int root, string name)
    {
        Compare("broadcast", tensor.numel(), name);
        var memory = (nint)_torch.Pointer(tensor);
        return Try(name, () =>
        {
            mpi.Broadcast((void*)memory, checked((int)(tensor.numel() * tensor.element_size())), root);
            return true;
        });
    }

    private protected override Ranks RunDivision(IReadOnlyList<int> members, int part, string name)
    {
        var own = Try(name, () => mpi.Part(part, rank));
        return new MpiRanks(own, members.ToList().IndexOf(rank), members.Count, Engine, check, this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Whole == this && Read().Name is null)
        {
            // It waits for the others as a collective does, and is watched as one. After a failed collective nobody would come to it.
            _ = Do("the end of MPI", () =>
            {
                mpi.Finish();
                return true;
            });
        }

        base.Dispose(disposing);
    }

    /// <summary>Where ranks are checked: every rank states what it is about to do, and all compare.</summary>
    private void Compare(string kind, long count, string name)
    {
        if (!check)
        {
            return;
        }

        var all = Gathered(new Intent(Calls, kind, count, name), name);
        if (all.Distinct().Count() > 1)
        {
            var texts = all.Select((intent, rank) => $"rank {rank} does {intent}");
            throw new RankFailureException($"The ranks do not do the same: {string.Join("; ", texts)}.");
        }
    }

    private Intent[] Gathered(Intent mine, string name)
    {
        var all = new byte[Size * Intent.Bytes];
        _ = Try(name, () =>
        {
            fixed (byte* own = mine.ToBytes(), others = all)
            {
                mpi.Gather(own, others, Intent.Bytes);
            }

            return true;
        });
        return [.. all.Chunk(Intent.Bytes).Select(Intent.Of)];
    }

    private T Try<T>(string name, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (MpiException failure)
        {
            throw Failure(name, failure.Message);
        }
    }

    private sealed class Pending(MpiRanks ranks, string name, nint request) : IPendingSum
    {
        private nint _request = request;

        public bool Wait() => ranks.Try(name, () =>
        {
            ranks.Finish(_request);
            return true;
        });

        public void Dispose() => _request = 0;
    }

    private void Finish(nint request) => mpi.Wait(request);
}
