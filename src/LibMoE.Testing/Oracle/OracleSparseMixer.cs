using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>Phi-3.5-MoE in evaluation: each pick weighs its softmax over the experts within 2ε of the largest logit that is left.</summary>
internal static class OracleSparseMixer
{
    public static OracleChoice Choose(SparseMixerGateAttribute gate, OracleInput input)
    {
        var logits = OracleLogits.Of(gate, input);
        var scores = logits.softmax(1);
        var experts = OracleRanking.Top(logits, gate.TopK);
        return new OracleChoice(RoutingKind.TokenChoice)
        {
            Logits = logits,
            Scores = scores,
            ExpertScores = scores,
            Probabilities = scores,
            Experts = experts,
            Weights = Weigh(experts),
            Weigh = Weigh,
        };

        Tensor Weigh(Tensor experts_NK)
        {
            var rows = Enumerable.Range(0, (int)experts_NK.shape[0]).Select(token => Row(logits[token], experts_NK[token])).ToArray();
            return rows.Length == 0 ? zeros(experts_NK.shape, ScalarType.Float64) : stack(rows);
        }

        Tensor Row(Tensor l_E, Tensor picks_K)
        {
            var l = l_E.detach().data<double>().ToArray();
            var gone = new HashSet<int>();
            var weights = new List<Tensor>();
            foreach (var pick in picks_K.data<long>().ToArray().Select(pick => (int)pick))
            {
                var left = Enumerable.Range(0, l.Length).Where(e => !gone.Contains(e)).ToArray();
                var largest = left.Length == 0 ? 0 : left.Max(e => l[e]);
                var near = left.Where(e => !((largest - l[e]) / Math.Max(Math.Abs(l[e]), largest) > 2 * gate.Epsilon)).ToArray();
                weights.Add(near.Contains(pick) ? Share(l_E, near, pick).Times(gate.Scale) : zeros([], ScalarType.Float64));
                gone.Add(pick);
            }

            return stack(weights);
        }
    }

    private static Tensor Share(Tensor l_E, int[] near, int pick)
    {
        var among = l_E.index_select(0, tensor([.. near.Select(e => (long)e)], ScalarType.Int64)).softmax(0);
        return among[Array.IndexOf(near, pick)];
    }
}
