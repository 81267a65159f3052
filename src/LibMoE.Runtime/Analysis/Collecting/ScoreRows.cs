using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>The scores of each token over the E experts, on the host, whatever the gate's slots are.</summary>
internal static class ScoreRows
{
    /// <summary>One row [E] for each token, not scaled; none where the gate has no scores.</summary>
    /// <remarks>Ternary gates: both signs of an expert together. Soft slots: the combine weights of an expert's slots together.</remarks>
    public static IEnumerable<double[]> Of(Routing routing, int experts)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var scores_TE = routing.Kind switch
        {
            RoutingKind.SoftSlots => routing.Weights.reshape(routing.Weights.shape[0], experts, -1).sum(-1),
            RoutingKind.Ternary => routing.Scores!.narrow(1, 0, experts).Plus(routing.Scores!.narrow(1, experts, experts)),
            _ => routing.Scores,
        };
        return scores_TE is null
            ? []
            : scores_TE.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray().Chunk(experts);
    }
}
