using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed;

/// <summary>Rows that are on their way.</summary>
/// <param name="ranks">Between whom.</param>
/// <param name="rows_MD">The rows, [M, D]; nothing may read them before <see cref="Wait"/> has come back.</param>
/// <param name="name">What they are, for errors.</param>
/// <param name="wait">Comes back when they are there; null where they are already.</param>
internal sealed class PendingRows(Ranks ranks, Tensor rows_MD, string name, Func<bool>? wait)
{
    /// <summary>[M, D].</summary>
    public Tensor Rows_MD => rows_MD;

    /// <summary>Comes back when they are there.</summary>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public void Wait() => _ = wait is null || ranks.Do(name, wait, isNew: false);
}
