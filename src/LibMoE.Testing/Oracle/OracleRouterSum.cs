using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>Shared experts in the router's sum: w_i = Scale·s_i/S, v_j = Scale·s_j/S, S = Σ_I s_i + Σ_j s_j.</summary>
internal static class OracleRouterSum
{
    /// <summary>s_j of each shared expert, [N, J]; null where shared experts stand in no sum.</summary>
    public static Tensor? Scores(TopKGateAttribute gate, OracleInput input)
    {
        if (input.Declaration.Shared is not SharedExpertsAttribute { InRouterSum: true })
        {
            return null;
        }

        var logits = input.X_ND.matmul(input.Parameters["router.shared"].t());
        return OracleTopK.Scores(gate, OracleLogits.Capped(gate, logits));
    }

    /// <summary>v, [N, J], beside these picks; null where shared experts stand in no sum.</summary>
    public static Tensor? Weights(OracleInput input, OracleChoice choice, Tensor experts_NK)
    {
        if (input.Declaration.Gate is not TopKGateAttribute gate || Scores(gate, input) is not { } shared_NJ)
        {
            return null;
        }

        var counted_NK = gate is LinearGateAttribute { SkipZero: true } ? OracleTopK.WithoutZero(input, experts_NK) : experts_NK;
        var sum_N1 = OracleTopK.Pick(choice.Scores!, counted_NK).sum(1, keepdim: true).Plus(shared_NJ.sum(1, keepdim: true));
        return shared_NJ.Times(gate.Scale) / OracleTopK.NonZero(sum_N1);
    }
}
