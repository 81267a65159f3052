using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Experts;

/// <summary>A contiguous range of a group's experts, and of whatever has a row for each of them.</summary>
/// <param name="First">The first of them, counted from the group's first.</param>
/// <param name="Count">How many.</param>
/// <param name="Whole">How many experts the group has.</param>
internal sealed record ExpertSlice(int First, int Count, int Whole)
{
    /// <summary>The range of one of several processes: from ⌊r·F/P⌋ to below ⌊(r + 1)·F/P⌋.</summary>
    /// <param name="experts">F.</param>
    /// <param name="rank">r, which process.</param>
    /// <param name="size">P, how many processes.</param>
    public static ExpertSlice Of(int experts, int rank, int size)
    {
        var first = Start(rank);
        return new ExpertSlice(first, Start(rank + 1) - first, experts);

        int Start(int of) => (int)((long)of * experts / size);
    }

    /// <summary>The rows of a tensor [F, ..], [Count, ..], as a tensor of their own.</summary>
    public Tensor Cut(Tensor stack)
    {
        var rows = stack.narrow(0, First, Count);
        return LargePages.Advise(empty_like(rows)).copy_(rows);
    }
}
