using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>Shazeer et al. 2017: l = clean + noise·softplus(x·W_noiseᵀ), s = softmax over the K picked logits and 0 elsewhere.</summary>
internal static class OracleNoisyTopK
{
    public static OracleChoice Choose(NoisyTopKGateAttribute gate, OracleInput input)
    {
        var clean = OracleLogits.Of(gate, input);
        var scale = Softplus(input.X_ND.matmul(input.Parameters["router.noise"].t()));
        var logits = input.Options.Training ? clean.Plus(input.Rows(Noise(input)) * scale) : clean;
        return Picking(OracleRanking.Top(input.Selection(logits), gate.TopK));

        OracleChoice Picking(Tensor experts_NK)
        {
            var weights = Weigh(experts_NK);
            var scores = zeros_like(logits).scatter_add(1, experts_NK.clamp_min(Scalars.Zero), weights.Over(gate.Scale));
            return new OracleChoice(RoutingKind.TokenChoice)
            {
                Logits = logits,
                Scores = scores,
                ExpertScores = scores,
                Probabilities = logits.softmax(1),
                Experts = experts_NK,
                Weights = weights,
                Weigh = Weigh,
                Again = Picking,
                Noise = new OracleNoise(clean, logits, scale),
            };
        }

        Tensor Weigh(Tensor experts_NK)
        {
            var exponentials = OracleTopK.Pick((logits - logits.max(1, keepdim: true).values.detach()).exp(), experts_NK);
            return exponentials.Times(gate.Scale) / OracleTopK.NonZero(exponentials.sum(1, keepdim: true));
        }
    }

    private static Tensor Noise(OracleInput input) => input.Options.Noise
        ?? throw new ArgumentException($"{input.Declaration.Name}: noisy top-K draws noise in training; give the oracle the draws in "
            + $"{nameof(OracleOptions)}.{nameof(OracleOptions.Noise)}.");

    /// <summary>ln(1 + eˣ), without the linear shortcut that libtorch takes above 20.</summary>
    public static Tensor Softplus(Tensor x) => x.relu().Plus((-x.abs()).exp().log1p());
}
