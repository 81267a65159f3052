using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed.C10d;

/// <summary>Ranks over libtorch's own collectives, on a group that <see cref="C10dGroup"/> has made.</summary>
internal sealed class C10dRanks : Ranks
{
    private readonly C10dMeeting _meeting;
    private readonly C10dCollectives _collectives;

    public C10dRanks(C10dMeeting meeting, int rank, int size, Ranks? whole = null)
        : base(whole) => (_meeting, _collectives, Rank, Size) = (meeting, new(meeting.Group), rank, size);

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <inheritdoc/>
    public override string Engine => "libtorch's Gloo";

    private protected override IPendingSum StartSum(Tensor tensor, string name)
    {
        Check(_collectives.Sum(tensor), name);

        // It outlives the scope in which it was begun.
        return new Pending(this, name, tensor.detach().DetachFromDisposeScope());
    }

    private protected override Tensor RunExchange(Tensor rows_ND, long[] sent_R, long[] received_R, string name)
    {
        using var pending = Sent(rows_ND, sent_R, received_R, name);
        return Waited(pending, name);
    }

    private protected override PendingRows StartExchange(Tensor rows_ND, long[] sent_R, long[] received_R, string name)
    {
        // libtorch's own threads carry the rows, and keep them until they are through.
        var pending = Sent(rows_ND, sent_R, received_R, name);
        return new PendingRows(this, pending, name, () =>
        {
            // By then they are a step of a graph, which waiting is none of.
            using var rows = pending.detach();
            using var done = Waited(rows, name);
            return true;
        });
    }

    private protected override bool RunBroadcast(Tensor tensor, int root, string name)
    {
        Check(_collectives.Broadcast(tensor, root), name);
        using var done = Waited(tensor, name);
        return true;
    }

    private protected override Ranks RunDivision(IReadOnlyList<int> members, int part, string name)
    {
        var rank = members.ToList().IndexOf(Rank);
        return new C10dRanks(C10dGroup.Part(_meeting, $"{name} {part}", rank, members.Count), rank, members.Count, this);
    }

    private Tensor Sent(Tensor rows_ND, long[] sent_R, long[] received_R, string name)
    {
        Check(_collectives.Exchange(rows_ND, sent_R, received_R, out var pending), name);
        return pending!;
    }

    private Tensor Waited(Tensor pending, string name)
    {
        Check(C10dCollectives.Wait(pending, out var done), name);
        return done!;
    }

    private void Check(string? reason, string name)
    {
        if (reason is not null)
        {
            throw Failure(name, reason);
        }
    }

    private sealed class Pending(C10dRanks ranks, string name, Tensor tensor) : IPendingSum
    {
        public bool Wait()
        {
            using var done = ranks.Waited(tensor, name);
            return true;
        }

        public void Dispose() => tensor.Dispose();
    }
}
