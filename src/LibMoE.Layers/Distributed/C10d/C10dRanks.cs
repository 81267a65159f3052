using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed.C10d;

/// <summary>Ranks over libtorch's own collectives: the functional operations of c10d, called by name, on a group that
/// <see cref="C10dGroup"/> has made.</summary>
internal sealed class C10dRanks : Ranks
{
    private const string Prefix = "_c10d_functional::";

    private readonly TorchDispatcher _torch;
    private readonly string _group;

    public C10dRanks(TorchDispatcher torch, string group, RankPlace place) =>
        (_torch, _group, Rank, Size) = (torch, group, place.Rank, place.Size);

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
        using var pending = Called(
            "all_to_all_single", name, _torch.Tensor(rows_ND), _torch.Numbers(received_R), _torch.Numbers(sent_R), _torch.Text(_group));
        return Waited(pending, name);
    }

    private protected override bool RunBroadcast(Tensor tensor, int root, string name)
    {
        using var pending = Called("broadcast_", name, _torch.Tensor(tensor), (ulong)root, _torch.Text(_group));
        using var done = Waited(pending, name);
        return true;
    }

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
