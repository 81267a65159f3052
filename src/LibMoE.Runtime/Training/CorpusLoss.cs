using LibMoE.Runtime.Training;

namespace LibMoE.Runtime;

/// <summary>
/// A model's loss on the held-out parts of a corpus. With w the domains' shares, ℓ their losses, e the standard errors of these and b the
/// bytes that a held-out token of the domain stands for: mean Σ w·ℓ, standard error √Σ (w·e)², nats per byte Σ w·ℓ / Σ w·b.
/// </summary>
/// <param name="Mean">Nats per token.</param>
/// <param name="StdErr">Standard error of the mean.</param>
/// <param name="NatsPerByte">Nats per byte of text.</param>
/// <param name="PerSequence">The losses of all sequences, domain after domain, in their order.</param>
/// <param name="Load">How the experts were used over all sequences; null without counts.</param>
/// <param name="Domains">The domains.</param>
public sealed record CorpusLoss(
    double Mean,
    double StdErr,
    double NatsPerByte,
    IReadOnlyList<double> PerSequence,
    ExpertLoad? Load,
    IReadOnlyList<DomainLoss> Domains)
{
    /// <summary>exp(nats per byte), which models with different tokenizers can be compared by.</summary>
    public double PerplexityPerByte => Math.Exp(NatsPerByte);

    /// <summary>Measures in evaluation mode, without gradients and without balancing terms.</summary>
    /// <param name="model">Left in the mode that it was in.</param>
    /// <param name="corpus">Of every domain, sequences are spread evenly over the held-out part, in number by its share.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="sequences">How many sequences over all domains; fewer where the tokens end, and at least two a domain.</param>
    /// <param name="batch">How many sequences go through the model at once.</param>
    /// <exception cref="ConfigurationException">A domain has fewer tokens than two sequences take.</exception>
    public static CorpusLoss Measure(LanguageModel model, Corpus corpus, int length, int sequences, int batch) =>
        Measure(model, corpus, length, sequences, batch, Ranks.One);

    /// <summary>As the other overload, with other ranks.</summary>
    internal static CorpusLoss Measure(LanguageModel model, Corpus corpus, int length, int sequences, int batch, Ranks ranks)
    {
        var load = new LoadMeter();
        List<HeldOutLoss> losses = [.. corpus.Domains.Select(domain =>
            HeldOutLoss.Measure(model, domain.Validation.Tokens, length, Share(domain, sequences), batch, load, ranks))];
        return Of(corpus.Domains, losses, load.Take());
    }

    /// <summary>Refuses what <see cref="Measure(LanguageModel, Corpus, int, int, int)"/> would refuse.</summary>
    /// <exception cref="ConfigurationException">A domain has fewer tokens than two sequences take.</exception>
    public static void Check(Corpus corpus, int length, int sequences)
    {
        foreach (var domain in corpus.Domains)
        {
            _ = HeldOutLoss.Starts(domain.Validation.Tokens, length, Share(domain, sequences));
        }
    }

    /// <summary>Where the measured sequences start, domain after domain.</summary>
    internal static IReadOnlyList<(ITokens Tokens, long Start)> Sequences(Corpus corpus, int length, int sequences) =>
    [
        .. from domain in corpus.Domains
           from start in HeldOutLoss.Starts(domain.Validation.Tokens, length, Share(domain, sequences))
           select (domain.Validation.Tokens, start),
    ];

    internal static CorpusLoss Of(IReadOnlyList<CorpusDomain> domains, IReadOnlyList<HeldOutLoss> losses, ExpertLoad? load)
    {
        var mean = domains.Zip(losses, (domain, loss) => domain.Weight * loss.Mean).Sum();
        return new CorpusLoss(
            mean,
            Math.Sqrt(domains.Zip(losses, (domain, loss) => domain.Weight * loss.StdErr).Sum(error => error * error)),
            mean / domains.Sum(domain => domain.Weight * domain.Validation.BytesPerToken),
            [.. losses.SelectMany(loss => loss.PerSequence)],
            load,
            [.. domains.Zip(losses, (domain, loss) => new DomainLoss(
                domain.Name, domain.Weight, loss.Mean, loss.StdErr, Math.Exp(loss.Mean / domain.Validation.BytesPerToken)))]);
    }

    private static int Share(CorpusDomain domain, int sequences) => Math.Max(2, (int)Math.Round(domain.Weight * sequences));
}
