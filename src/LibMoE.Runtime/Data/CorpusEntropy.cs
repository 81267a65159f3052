namespace LibMoE.Runtime;

/// <summary>What simple counts predict: yardsticks for a language model's validation loss, in nats per token.</summary>
/// <param name="Unigram">Mean negative log-probability of the held-out tokens by the training part's token frequencies.</param>
/// <param name="Bigram">The same, by the frequencies of pairs.</param>
public sealed record CorpusEntropy(double Unigram, double Bigram)
{
    /// <summary>Counts the training part and scores the held-out part.</summary>
    public static CorpusEntropy Of(Corpus corpus, int vocabulary = 256) => throw new NotImplementedException();
}
