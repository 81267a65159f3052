using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Detection;

/// <summary>What is minimised: the focal loss of the kinds' maps (Zhou et al. 2019) and the L1 distance of the boxes near their
/// middles.</summary>
internal static class CentreLoss
{
    /// <summary>Of each image −(1/n)·Σ [y = 1](1 − p)² ln p + (1 − y)⁴ p² ln(1 − p) over kinds and cells, n the number of boxes, at least
    /// 1; and Σ w·|b − b*|/Σ w over cells and the four numbers of a box.</summary>
    /// <param name="maps_NCHW">What the net says, [N, kinds + 4, rows, columns].</param>
    /// <param name="targets">What should be said of each image.</param>
    /// <returns>[N].</returns>
    public static Tensor Of(Tensor maps_NCHW, IReadOnlyList<CentreTargets> targets)
    {
        using var scope = NewDisposeScope();
        var kinds = Smear.Kinds.Count;
        var logits_NKHW = maps_NCHW.narrow(1, 0, kinds);
        var p_NKHW = logits_NKHW.sigmoid();
        var sure_NKHW = Maps(target => target.Hits, kinds) * p_NKHW.OneMinus().Squared() * logits_NKHW.negative().Softplus();
        var unsure_NKHW = Maps(target => target.Misses, kinds) * p_NKHW.Squared() * logits_NKHW.Softplus();
        var boxes_N = tensor(targets.Select(target => (float)Math.Max(1, target.Boxes)).ToArray(), device: maps_NCHW.device);
        var weights_N1HW = Maps(target => target.Weights, 1);
        var away_N4HW = (maps_NCHW.narrow(1, kinds, Grid.BoxNumbers) - Maps(target => target.Places, Grid.BoxNumbers)).abs();
        var away_N = (away_N4HW * weights_N1HW).sum([1, 2, 3]) / weights_N1HW.sum([1, 2, 3]).AtLeast(1);
        return (sure_NKHW.Plus(unsure_NKHW).sum([1, 2, 3]) / boxes_N).Plus(away_N).MoveToOuterDisposeScope();

        Tensor Maps(Func<CentreTargets, float[]> map, int channels) => tensor(
            targets.SelectMany(map).ToArray(), [targets.Count, channels, Grid.Rows, Grid.Columns], device: maps_NCHW.device);
    }
}
