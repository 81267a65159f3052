namespace LibMoE.Runtime;

/// <summary>One token id that an expert serves.</summary>
/// <param name="Id">The token id.</param>
/// <param name="Count">n_xe: how many of its picks went to the expert.</param>
/// <param name="Share">p(e | x) = n_xe / Σ_e n_xe.</param>
/// <param name="PointwiseInformation">ln(p(e | x) / p(e)) in nats.</param>
public sealed record ServedToken(int Id, long Count, double Share, double PointwiseInformation);

/// <summary>
/// Which token ids an expert serves (vocabulary specialisation: Muennighoff et al. 2024, arXiv:2409.02060), from the picks n_xe of expert e
/// by tokens of id x, ranked by pointwise mutual information ln(p(e | x)/p(e)). For one expert that is the order of p(e | x).
/// </summary>
public static class TokenSpecialization
{
    /// <summary>Per expert its most characteristic token ids, best first, ties to the more frequent and then the lower id.</summary>
    /// <param name="counts">For each token id its picks per expert, [E].</param>
    /// <param name="experts">E.</param>
    /// <param name="top">How many for each expert.</param>
    /// <param name="least">Ids with fewer picks in all are left out: their shares are noise.</param>
    public static ServedToken[][] Top(IReadOnlyDictionary<int, long[]> counts, int experts, int top, long least)
    {
        var byExpert = new double[experts];
        foreach (var counts_E in counts.Values)
        {
            for (var expert = 0; expert < experts; expert++)
            {
                byExpert[expert] += counts_E[expert];
            }
        }

        var total = byExpert.Sum();
        var frequent = counts.Select(entry => (entry.Key, entry.Value, Total: entry.Value.Sum()))
            .Where(entry => entry.Total >= least).ToList();
        return
        [
            .. Enumerable.Range(0, experts).Select(expert => frequent.Where(entry => entry.Value[expert] > 0)
                .Select(entry => (entry.Key, Count: entry.Value[expert], Share: (double)entry.Value[expert] / entry.Total))
                .OrderByDescending(entry => entry.Share)
                .ThenByDescending(entry => entry.Count)
                .ThenBy(entry => entry.Key)
                .Take(top)
                .Select(entry => new ServedToken(entry.Key, entry.Count, entry.Share, Math.Log(entry.Share * total / byExpert[expert])))
                .ToArray()),
        ];
    }
}
