using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed;

/// <summary>One process: nothing is ever sent.</summary>
internal sealed class OneRank : Ranks
{
    /// <inheritdoc/>
    public override int Rank => 0;

    /// <inheritdoc/>
    public override int Size => 1;

    /// <inheritdoc/>
    public override string Engine => "one process";

    private protected override IPendingSum StartSum(Tensor tensor, string name) => throw new NotSupportedException(name);

    private protected override Tensor RunExchange(Tensor rows_ND, long[] sent_R, long[] received_R, string name) =>
        throw new NotSupportedException(name);

    private protected override bool RunBroadcast(Tensor tensor, int root, string name) => throw new NotSupportedException(name);

    private protected override Ranks RunDivision(IReadOnlyList<int> members, int part, string name) =>
        throw new NotSupportedException(name);
}
