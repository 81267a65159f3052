using LibMoE.Runtime.Data.Sampling;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Draws training sequences: from every domain its share, in an order of their own; within a domain an epoch cuts the tokens into windows
/// of L, from an offset of its own, and visits each once in an order of its own. All follows from the seed and <see cref="Position"/>;
/// variants of a study that share the seed see the same batches.
/// </summary>
public sealed class BatchSampler
{
    private readonly int _length;
    private readonly WindowOrder[] _windows_D;
    private readonly DomainOrder _order;

    /// <summary>Starts at position 0 of one sequence of tokens.</summary>
    /// <param name="tokens">The training tokens.</param>
    /// <param name="length">L: tokens of a sequence.</param>
    /// <param name="batch">The largest batch that will be asked for.</param>
    /// <param name="seed">Decides the order.</param>
    /// <exception cref="ConfigurationException">There are fewer tokens than one batch takes.</exception>
    public BatchSampler(ITokens tokens, int length, int batch, long seed)
        : this([("", 1.0, tokens)], length, batch, seed)
    {
    }

    /// <summary>Starts at position 0 of a corpus.</summary>
    /// <param name="corpus">Its training parts are drawn from.</param>
    /// <param name="length">L: tokens of a sequence.</param>
    /// <param name="batch">The largest batch that will be asked for.</param>
    /// <param name="seed">Decides the order.</param>
    /// <exception cref="ConfigurationException">A domain has fewer tokens than its share of one batch takes.</exception>
    public BatchSampler(Corpus corpus, int length, int batch, long seed)
        : this([.. corpus.Domains.Select(domain => (domain.Name, domain.Weight, domain.Train.Tokens))], length, batch, seed)
    {
    }

    private BatchSampler(IReadOnlyList<(string Name, double Share, ITokens Tokens)> domains, int length, int batch, long seed)
    {
        _length = length;
        var key = ShuffledOrder.Mix((ulong)seed);
        _windows_D = [.. domains.Select((domain, index) => new WindowOrder(domain.Tokens, length, key + ShuffledOrder.Mix((ulong)index)))];
        _order = new DomainOrder([.. domains.Select(domain => domain.Share)], ShuffledOrder.Mix(key));
        foreach (var ((name, share, tokens), windows) in domains.Zip(_windows_D))
        {
            var sequences = (long)Math.Ceiling(batch * share);
            if (windows.Windows < sequences)
            {
                throw new ConfigurationException(domains.Count == 1
                    ? $"The corpus has {tokens.Count} training tokens; a batch of {batch} sequences of {length} tokens takes at least "
                        + $"{(batch + 1L) * length}."
                    : $"The domain {name} has {tokens.Count} training tokens; its share of a batch of {batch} sequences is {sequences} "
                        + $"of {length} tokens, which take at least {(sequences + 1) * length}.");
            }
        }
    }

    /// <summary>How many sequences have been drawn; setting it continues from there, with the same domains and windows.</summary>
    public long Position { get; set; }

    /// <summary>Of which domain of the corpus sequences are.</summary>
    /// <param name="position">The number of the first.</param>
    /// <param name="sequences">How many.</param>
    internal int[] DomainsOf(long position, int sequences) =>
        [.. Enumerable.Range(0, sequences).Select(place => _order[position + place].Domain)];

    /// <summary>Draws the next sequences.</summary>
    /// <param name="sequences">S.</param>
    /// <param name="device">Where the tensors are made; null is the CPU.</param>
    /// <returns>Token ids and, for each, the id that follows it: [S, L] int64 both.</returns>
    public (Tensor Inputs_SL, Tensor Targets_SL) Next(int sequences, Device? device = null)
    {
        var ids = new long[sequences * (_length + 1)];
        for (var sequence = 0; sequence < sequences; sequence++)
        {
            var (domain, before) = _order[Position++];
            _windows_D[domain].CopyTo(before, ids.AsSpan(sequence * (_length + 1), _length + 1));
        }

        using var ids_SM = tensor(ids, [sequences, _length + 1], device: device);
        return (ids_SM.narrow(1, 0, _length), ids_SM.narrow(1, 1, _length));
    }
}
