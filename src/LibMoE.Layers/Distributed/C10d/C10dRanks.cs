using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed.C10d;

/// <summary>Ranks over libtorch's own collectives: the functional operations of c10d, called by name, on a group that
/// <see cref="C10dGroup"/> has made.</summary>
internal sealed class C10dRanks : Ranks
{
    private const string Prefix = "_c10d_functional::";

    private readonly TorchDispatcher _torch;
    private readonly C10dMeeting _meeting;
    private readonly string _group;

    public C10dRanks(TorchDispatcher torch, C10dMeeting meeting, int rank, int size, Ranks? whole = null)
        : base(whole) => (_torch, _meeting, _group, Rank, Size) = (torch, meeting, meeting.Group, rank, size);

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <inheritdoc/>
    public override string Engine => "libtorch's Gloo";

    private protected override IPendingSum StartSum(Tensor tensor, string name) => new Pending(
        this, name,

        // It outlives the scope in which it was begun.
        Called("all_reduce_", name, _torch.Tensor(tensor), _torch.Text("sum"), _torch.Text(_group)).DetachFromDisposeScope());

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
        using var pending = Called("broadcast_", name, _torch.Tensor(tensor), (ulong)root, _torch.Text(_group));
        using var done = Waited(pending, name);
        return true;
    }

    private protected override Ranks RunDivision(IReadOnlyList<int> members, int part, string name)
    {
        var rank = members.ToList().IndexOf(Rank);
        return new C10dRanks(_torch, C10dGroup.Part(_meeting, $"{name} {part}", rank, members.Count), rank, members.Count, this);
    }

    private Tensor Sent(Tensor rows_ND, long[] sent_R, long[] received_R, string name) => Called(
        "all_to_all_single", name, _torch.Tensor(rows_ND), _torch.Numbers(received_R), _torch.Numbers(sent_R), _torch.Text(_group));

    private Tensor Called(string operation, string name, params ReadOnlySpan<ulong> arguments) =>
        _torch.Call(Prefix + operation, arguments) ?? throw Failed(name);

    private Tensor Waited(Tensor pending, string name) =>
        _torch.Call(Prefix + "wait_tensor", _torch.Tensor(pending)) ?? throw Failed(name);

    /// <summary>libtorch's C interface gives no text; it has printed its own to the standard error stream.</summary>
    private RankFailureException Failed(string name) => Failure(name, "libtorch's reason stands above");

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
