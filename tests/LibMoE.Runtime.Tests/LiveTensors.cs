using TorchSharp;

namespace LibMoE.Runtime.Tests;

/// <summary>
/// How many tensors this thread made and did not dispose. Unlike <see cref="torch.Tensor.TotalCount"/>, it does not move when the finalizer
/// reaches what an earlier test left behind, and a tensor that is left to the finalizer counts as kept.
/// </summary>
internal static class LiveTensors
{
    public static long Count => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
