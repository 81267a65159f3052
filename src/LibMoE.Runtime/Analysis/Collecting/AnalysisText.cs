using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>Held-out sequences of equal length, each from one domain, that a model's routing is watched on.</summary>
/// <param name="domains">The names of the domains.</param>
/// <param name="length">L: tokens of a sequence.</param>
/// <param name="sequences">Each sequence's domain, its source and where it starts there; the token after the last is read too.</param>
internal sealed class AnalysisText(
    IReadOnlyList<string> domains, int length, IReadOnlyList<(int Domain, ITokens Source, long Start)> sequences)
{
    public IReadOnlyList<string> Domains => domains;

    public int Length => length;

    public IReadOnlyList<(int Domain, ITokens Source, long Start)> Sequences => sequences;

    /// <summary>Sequences spread evenly over the held-out part of every domain, the same number of each, so that a rare
    /// domain is not lost.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="length">L.</param>
    /// <param name="sequences">How many in all, at least two a domain; fewer where the text ends.</param>
    /// <exception cref="ConfigurationException">A domain has fewer tokens than two sequences take.</exception>
    public static AnalysisText Of(Corpus corpus, int length, int sequences)
    {
        var each = Math.Max(2, sequences / corpus.Domains.Count);
        return new AnalysisText(
            [.. corpus.Domains.Select(domain => domain.Name)],
            length,
            [
                .. from domain in corpus.Domains.Index()
                   let held = domain.Item.Validation.Tokens
                   from start in HeldOutLoss.Starts(held, length, each)
                   select (domain.Index, held, start),
            ]);
    }

    /// <summary>The sequences in batches, with the token after each token. The tensors are the caller's.</summary>
    public IEnumerable<AnalysisBatch> Batches(int batch, Device device)
    {
        foreach (var chunk in sequences.Chunk(batch))
        {
            var ids = new long[chunk.Length * (length + 1)];
            foreach (var (row, (_, source, start)) in chunk.Index())
            {
                source.CopyTo(start, ids.AsSpan(row * (length + 1), length + 1));
            }

            yield return new AnalysisBatch(
                tensor(ids, [chunk.Length, length + 1], device: device),
                [.. Enumerable.Range(0, chunk.Length * length).Select(token => (int)ids[token / length * (length + 1) + (token % length)])],
                [.. Enumerable.Range(0, chunk.Length * length).Select(token => chunk[token / length].Domain)]);
        }
    }
}

/// <summary>One batch of held-out sequences.</summary>
/// <param name="Ids_SM">[S, L + 1] int64.</param>
/// <param name="Ids_T">The same without the last column, token by token.</param>
/// <param name="Domains_T">Each token's domain.</param>
internal sealed record AnalysisBatch(Tensor Ids_SM, int[] Ids_T, int[] Domains_T)
{
    /// <summary>[S, L]: what the model sees.</summary>
    public Tensor Inputs_SL => Ids_SM.narrow(1, 0, Ids_SM.shape[1] - 1);

    /// <summary>[S, L]: the token after each.</summary>
    public Tensor Targets_SL => Ids_SM.narrow(1, 1, Ids_SM.shape[1] - 1);
}
