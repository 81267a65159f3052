using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Generation;

/// <summary>The picks of some tokens of a call, in every MoE layer, as plain numbers.</summary>
internal sealed class PickedExperts
{
    private readonly IReadOnlyList<(long[] Experts, int Picks)> _layers;

    private PickedExperts(IReadOnlyList<(long[] Experts, int Picks)> layers) => _layers = layers;

    /// <summary>Reads them.</summary>
    /// <param name="routings">How each MoE layer routed the call's T tokens.</param>
    /// <param name="rows_N">Which of them, int64 [N].</param>
    public static PickedExperts Of(IReadOnlyList<Routing> routings, Tensor rows_N)
    {
        using var scope = NewDisposeScope();
        return new PickedExperts([.. routings.Select(routing => routing.Experts is { } experts_TK
            ? (experts_TK.index_select(0, rows_N).cpu().contiguous().data<long>().ToArray(), (int)experts_TK.shape[1])
            : ([], 0))]);
    }

    /// <summary>Those of one token: a list for each layer, best first, without empty slots.</summary>
    /// <param name="row">Which of the N.</param>
    public IReadOnlyList<IReadOnlyList<long>> OfRow(int row) =>
        [.. _layers.Select(layer => layer.Experts.Skip(row * layer.Picks).Take(layer.Picks).Where(expert => expert >= 0).ToArray())];
}
