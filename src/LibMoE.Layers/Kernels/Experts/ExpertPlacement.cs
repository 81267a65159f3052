using LibMoE.Runtime.Kernels.Experts;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// On which of several processes the routed experts of a layer are. Each has a contiguous range of every group, whose parameters are its
/// own; rows go to where their experts are, and outputs come back. Where one process has them all there is none: null.
/// </summary>
public abstract class ExpertPlacement
{
    private protected ExpertPlacement()
    {
    }

    /// <summary>Which of a group's experts this process has.</summary>
    /// <param name="experts">F, how many the group has on all processes.</param>
    internal abstract ExpertSlice Own(int experts);

    /// <summary>F of the group whose first expert has that slot.</summary>
    internal abstract int GroupFrom(int first);

    /// <summary>Sends rows to their experts, has them computed there, and gets the outputs.</summary>
    /// <param name="rows_ND">This process's rows, [N, D]: first those of the group's expert 0, then those of expert 1, and so on.</param>
    /// <param name="counts_F">How many rows each of the group's F experts has of them.</param>
    /// <param name="compute">What the experts of this process make of the rows that came, [M, D], and of which expert each wants, int64 [M]
    /// from 0 to below <see cref="ExpertSlice.Count"/>: [M, O].</param>
    /// <param name="meanwhile">What this process does while the rows travel; null for nothing.</param>
    /// <returns>The outputs, [N, O], in the order of the rows.</returns>
    internal abstract Tensor Through(Tensor rows_ND, long[] counts_F, Func<Tensor, Tensor, Tensor> compute, Action? meanwhile);
}
