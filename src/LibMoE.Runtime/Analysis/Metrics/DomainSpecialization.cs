namespace LibMoE.Runtime;

/// <summary>
/// Which experts serve which domain of the text, from the picks n_de of expert e by tokens of domain d (after Muennighoff et al. 2024,
/// arXiv:2409.02060). With N = Σ n, p(d, e) = n_de/N, p(d) and p(e) its margins.
/// </summary>
public static class DomainSpecialization
{
    /// <summary>p(e | d) = n_de / Σ_e n_de [domains, E]: where a domain's picks go. A row of zeros for a domain without picks.</summary>
    public static double[][] Shares(IReadOnlyList<IReadOnlyList<long>> counts_DE) => [.. counts_DE.Select(ExpertShare.Of)];

    /// <summary>
    /// Pointwise mutual information (Church and Hanks 1990): ln(p(d, e) / (p(d)·p(e))) in nats [domains, E]. 0 where expert and domain have
    /// nothing to do with each other, −∞ where the expert never serves the domain, null where one of the two has no picks at all.
    /// </summary>
    public static double?[][] PointwiseInformation(IReadOnlyList<IReadOnlyList<long>> counts_DE)
    {
        var (byDomain, byExpert, total) = Margins(counts_DE);
        return
        [
            .. counts_DE.Select((row, domain) => row.Select((count, expert) => byDomain[domain] == 0 || byExpert[expert] == 0
                ? (double?)null
                : Math.Log(count * total / (byDomain[domain] * byExpert[expert]))).ToArray()),
        ];
    }

    /// <summary>
    /// Mutual information I(D; E) = Σ p(d, e)·ln(p(d, e)/(p(d)·p(e))) in nats: how much an expert's index says about the domain; from 0 to
    /// ln of the number of domains. A finite sample of N independent picks raises it by about (domains − 1)(E − 1)/(2N).
    /// </summary>
    public static double Information(IReadOnlyList<IReadOnlyList<long>> counts_DE)
    {
        var (byDomain, byExpert, total) = Margins(counts_DE);
        var information = 0.0;
        for (var domain = 0; domain < counts_DE.Count; domain++)
        {
            for (var expert = 0; expert < byExpert.Length; expert++)
            {
                double count = counts_DE[domain][expert];
                information += count == 0 ? 0 : count / total * Math.Log(count * total / (byDomain[domain] * byExpert[expert]));
            }
        }

        return information;
    }

    private static (double[] ByDomain, double[] ByExpert, double Total) Margins(IReadOnlyList<IReadOnlyList<long>> counts_DE)
    {
        double[] byDomain = [.. counts_DE.Select(row => (double)row.Sum())];
        double[] byExpert = [.. Enumerable.Range(0, counts_DE[0].Count).Select(expert => (double)counts_DE.Sum(row => row[expert]))];
        return (byDomain, byExpert, byDomain.Sum());
    }
}
