using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>Runs every expert of a layer on the same tokens, through <see cref="MoeContext.Reroute"/>.</summary>
internal static class ExpertOutputs
{
    /// <summary>y [E, T, D]: expert e's output by itself, weight 1, without the shared experts. Null where experts cannot be addressed one
    /// by one: soft slots and expert choice, or where a capacity would drop tokens.</summary>
    /// <param name="layer">A layer in evaluation mode.</param>
    /// <param name="x_TD">Its input.</param>
    /// <param name="ids_T">The tokens' ids, for gates that read them; null where there are none.</param>
    public static Tensor? Of(MoeLayer layer, Tensor x_TD, Tensor? ids_T = null)
    {
        if (!layer.Declaration.TokensPickExperts || layer.Declaration.Capacity is not null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var shared_TD = Run(-1);
        return stack([.. Enumerable.Range(0, layer.Declaration.RoutableExperts).Select(expert => Run(expert) - shared_TD)])
            .MoveToOuterDisposeScope();

        // Slot 0 holds the expert, and −1 is nobody: what is left then are the shared experts.
        Tensor Run(int expert) => layer.forward(x_TD, new MoeContext
        {
            Losses = false,
            TokenIds = ids_T,
            Reroute = own => new Picks(
                TensorMath.Full([x_TD.shape[0], 1], expert, ScalarType.Int64, own.Weights.device),
                ones([x_TD.shape[0], 1], own.Weights.dtype, own.Weights.device)),
        }).Hidden;
    }
}
