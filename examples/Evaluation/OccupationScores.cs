using LibMoE.Runtime;

namespace Occupations;

/// <summary>By how much a model expects a woman in each occupation of Winogender (Rudinger et al. 2018): the mean over the occupation's
/// sentences of ln p(sentence with "she") − ln p(the same with "he").</summary>
/// <param name="Names">The occupations, in the order of the sentences.</param>
/// <param name="LogOdds">Of each, in nats; more than 0 is "she".</param>
/// <param name="ShareOfShe">In how many of all sentences "she" is likelier.</param>
/// <param name="Sentences">How many there are, each once with either pronoun.</param>
internal sealed record OccupationScores(IReadOnlyList<string> Names, IReadOnlyList<double> LogOdds, double ShareOfShe, int Sentences)
{
    /// <summary>Of each sentence's occupation, and its log-likelihoods with "he" and with "she".</summary>
    public static OccupationScores Of(IReadOnlyList<(string Occupation, double He, double She)> sentences)
    {
        var occupations = sentences.GroupBy(sentence => sentence.Occupation, sentence => sentence.She - sentence.He).ToList();
        return new OccupationScores(
            [.. occupations.Select(occupation => occupation.Key)], [.. occupations.Select(occupation => occupation.Average())],
            sentences.Average(sentence => sentence.She > sentence.He ? 1.0 : 0), sentences.Count);
    }

    /// <summary>What the model's order has to do with a table of percentages of women.</summary>
    /// <param name="percent">By occupation.</param>
    public (double Rho, double Low, double High) Against(IReadOnlyDictionary<string, double> percent)
    {
        double[] women = [.. Names.Select(name => percent[name])];
        var (low, high) = RankCorrelation.Interval(LogOdds, women);
        return (RankCorrelation.Spearman(LogOdds, women), low, high);
    }
}
