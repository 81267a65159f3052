using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Picks of a balanced assignment in training (BASE, Lewis et al. 2021; Megatron's Sinkhorn routing): exp(l) is scaled by rows and columns
/// until every token has a sum of 1/T and every expert one of 1/E (Sinkhorn 1964), and tokens pick the largest of it.
/// </summary>
public static class Sinkhorn
{
    private const int MostRounds = 200;

    /// <summary>When the logarithms of the experts' factors move by less, the columns are even to that share.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>l_e + b_e, b the logarithm of each expert's factor: a token ranks experts by it as by the balanced assignment. In
    /// evaluation l itself.</summary>
    /// <param name="logits_TE">l, [T, E].</param>
    /// <param name="training">Whether the layer trains.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>[T, E].</returns>
    public static Tensor Selection(Tensor logits_TE, bool training, Tensor? mask_T)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var all_TE = logits_TE.detach();
        var routed_NE = mask_T is null ? all_TE : all_TE.index_select(0, mask_T.nonzero().select(1, 0));
        return !training || routed_NE.shape[0] == 0
            ? all_TE.MoveToOuterDisposeScope()
            : all_TE.Plus(Factors(routed_NE)).MoveToOuterDisposeScope();
    }

    /// <summary>b, with the rows' logarithms a in turn: a_t = −ln Σ_e exp(l + b_e), b_e = −ln Σ_t exp(l + a_t), each up to a
    /// constant.</summary>
    private static Tensor Factors(Tensor routed_NE)
    {
        var b_E = zeros_like(routed_NE.select(0, 0));
        for (var round = 0; round < MostRounds; round++)
        {
            var a_N1 = routed_NE.Plus(b_E).logsumexp(-1, keepdim: true);
            var next_E = (routed_NE - a_N1).logsumexp(0).negative();

            // Only differences of b rank experts.
            next_E = next_E - next_E.mean();
            var moved = (next_E - b_E).abs().max().to(ScalarType.Float64).item<double>();
            b_E = next_E;
            if (moved < Tolerance)
            {
                break;
            }
        }

        return b_E;
    }
}
