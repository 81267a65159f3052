using System.Runtime.InteropServices;

namespace LibMoE.Runtime;

/// <summary>
/// What simple counts predict of the held-out part: yardsticks for a language model's validation loss, in nats per token.
/// With n the counts in the training part of N tokens and V token ids:
/// q(b) = (n_b + 1)/(N + V), q(b | a) = (n_ab + q(b))/(n_a + 1), n_a counting a where a token follows.
/// </summary>
/// <param name="Unigram">Mean of −ln q(b) over the held-out tokens.</param>
/// <param name="Bigram">Mean of −ln q(b | a) over the held-out pairs of neighbours.</param>
public sealed record CorpusEntropy(double Unigram, double Bigram)
{
    private const int ChunkTokens = 1 << 16;

    /// <summary>Counts the training parts of all domains together and scores the held-out ones, weighted by the domains' shares as the
    /// validation loss is.</summary>
    public static CorpusEntropy Of(Corpus corpus)
    {
        var counts = new Counts(corpus.Train, corpus.Vocabulary);
        var scores = corpus.Domains.Select(domain => (domain.Weight, Entropy: counts.Score(domain.Validation.Tokens))).ToList();
        return new CorpusEntropy(
            scores.Sum(score => score.Weight * score.Entropy.Unigram), scores.Sum(score => score.Weight * score.Entropy.Bigram));
    }

    /// <summary>Counts one sequence and scores another.</summary>
    /// <param name="train">Counted.</param>
    /// <param name="validation">Scored; at least two tokens.</param>
    /// <param name="vocabulary">V.</param>
    public static CorpusEntropy Of(ITokens train, ITokens validation, int vocabulary) => new Counts(train, vocabulary).Score(validation);

    private static IEnumerable<long> All(ITokens tokens)
    {
        var chunk = new long[ChunkTokens];
        for (var start = 0L; start < tokens.Count; start += ChunkTokens)
        {
            var length = (int)Math.Min(ChunkTokens, tokens.Count - start);
            tokens.CopyTo(start, chunk.AsSpan(0, length));
            for (var i = 0; i < length; i++)
            {
                yield return chunk[i];
            }
        }
    }

    private sealed class Counts
    {
        private readonly long[] _tokens;
        private readonly long[] _followed;
        private readonly Dictionary<long, long> _pairs = [];
        private readonly double _total;

        public Counts(ITokens train, int vocabulary)
        {
            (_tokens, _followed, _total) = (new long[vocabulary], new long[vocabulary], train.Count + vocabulary);
            var last = -1L;
            foreach (var token in All(train))
            {
                _tokens[token]++;
                if (last >= 0)
                {
                    _followed[last]++;
                    CollectionsMarshal.GetValueRefOrAddDefault(_pairs, Pair(last, token), out _)++;
                }

                last = token;
            }
        }

        public CorpusEntropy Score(ITokens validation)
        {
            var (unigram, bigram, last) = (0.0, 0.0, -1L);
            foreach (var token in All(validation))
            {
                var frequency = (_tokens[token] + 1.0) / _total;
                unigram -= Math.Log(frequency);
                if (last >= 0)
                {
                    bigram -= Math.Log((_pairs.GetValueOrDefault(Pair(last, token)) + frequency) / (_followed[last] + 1.0));
                }

                last = token;
            }

            return new CorpusEntropy(unigram / validation.Count, bigram / (validation.Count - 1));
        }

        private long Pair(long first, long second) => (first * _tokens.Length) + second;
    }
}
