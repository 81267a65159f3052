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

    /// <summary>Counts the training part and scores the held-out part.</summary>
    public static CorpusEntropy Of(Corpus corpus) => Of(corpus.Train, corpus.Validation, corpus.Vocabulary);

    /// <summary>Counts one sequence and scores another.</summary>
    /// <param name="train">Counted.</param>
    /// <param name="validation">Scored; at least two tokens.</param>
    /// <param name="vocabulary">V.</param>
    public static CorpusEntropy Of(ITokens train, ITokens validation, int vocabulary)
    {
        var tokens = new long[vocabulary];
        var followed = new long[vocabulary];
        var pairs = new Dictionary<long, long>();
        var last = -1L;
        foreach (var token in All(train))
        {
            tokens[token]++;
            if (last >= 0)
            {
                followed[last]++;
                CollectionsMarshal.GetValueRefOrAddDefault(pairs, (last * vocabulary) + token, out _)++;
            }

            last = token;
        }

        var (unigram, bigram) = (0.0, 0.0);
        last = -1;
        foreach (var token in All(validation))
        {
            var frequency = (tokens[token] + 1.0) / (train.Count + vocabulary);
            unigram -= Math.Log(frequency);
            if (last >= 0)
            {
                bigram -= Math.Log((pairs.GetValueOrDefault((last * vocabulary) + token) + frequency) / (followed[last] + 1.0));
            }

            last = token;
        }

        return new CorpusEntropy(unigram / validation.Count, bigram / (validation.Count - 1));
    }

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
}
