namespace LibMoE.Federated.Rules;

/// <summary>The mean over members.</summary>
internal static class WeightedMean
{
    /// <summary>Σ_k n_k·w_k / Σ_k n_k.</summary>
    /// <param name="members">Each member's examples n_k, above 0, and its numbers w_k.</param>
    public static double[] Of(IReadOnlyList<(long Examples, double[] Values_P)> members)
    {
        var all = members.Sum(member => (double)member.Examples);
        var mean_P = new double[members[0].Values_P.Length];
        foreach (var (examples, values_P) in members)
        {
            var share = examples / all;
            for (var place = 0; place < mean_P.Length; place++)
            {
                mean_P[place] += share * values_P[place];
            }
        }

        return mean_P;
    }
}
