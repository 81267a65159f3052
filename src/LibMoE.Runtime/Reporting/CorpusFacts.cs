namespace LibMoE.Runtime.Reporting;

/// <summary>What a reader must know of a text: how much there is, and what simple counts predict of it.</summary>
/// <param name="Name">For people.</param>
/// <param name="TrainTokens">Tokens to train on.</param>
/// <param name="HeldOutTokens">Tokens held out.</param>
/// <param name="Entropy">The yardsticks.</param>
internal sealed record CorpusFacts(string Name, long TrainTokens, long HeldOutTokens, CorpusEntropy Entropy)
{
    /// <summary>The facts of each text, once each.</summary>
    public static IReadOnlyList<CorpusFacts> Of(IEnumerable<Corpus> texts) =>
        [.. texts.Distinct().Select(text => new CorpusFacts(text.Name, text.Train.Count, text.Validation.Count, CorpusEntropy.Of(text)))];

    /// <summary>Name and size.</summary>
    public override string ToString() => $"{Name} ({Figures.Count(TrainTokens)} tokens)";
}
