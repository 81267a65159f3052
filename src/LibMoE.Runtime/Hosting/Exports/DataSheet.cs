using System.Globalization;
using System.Text;
using LibMoE.Runtime.Reporting;

namespace LibMoE.Runtime.Hosting.Exports;

/// <summary>
/// The sheet of the data that a model was trained on, by the questions of Gebru et al. 2021 (Datasheets for Datasets, arXiv:1803.09010).
/// A run knows how much of what there was, not why or by whom it was collected: those questions stand open, for people to answer.
/// </summary>
internal static class DataSheet
{
    /// <summary>The sheet's name in a model's folder.</summary>
    public const string FileName = "DATASHEET.md";

    private const string Open = "Not known to the run that wrote this sheet; to be answered by whoever publishes the data.";

    /// <summary>The sheet; null of a model that was not trained here.</summary>
    /// <param name="evidence">What its run knows.</param>
    /// <param name="tokenizer">Its tokenizer, which runs that adapt a model do not note.</param>
    public static string? Of(CardEvidence evidence, TokenizerIdentity tokenizer)
    {
        if (evidence.State is not { Corpus: { } corpus } state)
        {
            return null;
        }

        List<string> lines =
        [
            $"# Data sheet: {corpus.Name}", "",
            $"What `{state.Variant}` was trained on, as its run knows it. SHA-256 of the data: `{corpus.Sha256}`.",
            "", "## Motivation", "", Open,
            "", "## Composition", "", .. Composition(evidence.Origin, state),
            "", "## Collection", "", Open,
            "", "## Preprocessing", "",
            $"Tokens by {tokenizer.Name}, {tokenizer.Vocabulary} ids, `{tokenizer.Hash}`. No text was cleaned, filtered "
                + "or taken out by the run; exact and near duplicates were not looked for.",
            "", "## Uses", "",
            $"It trained this model: {state.Step} steps{Sequences(state.Training)}. What else it may be used for, and what not: "
                + char.ToLowerInvariant(Open[0]) + Open[1..],
            "", "## Distribution and licence", "", Open,
            "", "## Maintenance", "", Open,
        ];
        return new StringBuilder().AppendJoin('\n', lines).Append('\n').ToString();
    }

    private static IEnumerable<string> Composition(CellOrigin? origin, CheckpointState state)
    {
        yield return origin is { TrainTokens: > 0 }
            ? $"{Whole(origin.TrainTokens)} tokens to train on and {Whole(origin.HeldOutTokens)} held out, divided by document: every "
                + $"{Corpus.HeldOutEvery}th in the order of their names is held out, so that no document is in both parts."
            : "How much there is was not noted.";
        if (state.Domains.Count > 1)
        {
            yield return "";
            yield return "| domain | share of the training sequences |";
            yield return "|---|---|";
            foreach (var domain in state.Domains)
            {
                yield return FormattableString.Invariant($"| {domain.Name} | {domain.Share:0.##%} |");
            }

            yield return "";
            yield return FormattableString.Invariant($"Effective number of domains, exp(−Σ p·ln p): {Effective(state.Domains):0.00}.");
        }

        yield return "";
        yield return "Whether it speaks of people, in which groups, and whether it holds what is private or offensive: "
            + char.ToLowerInvariant(Open[0]) + Open[1..];
    }

    private static double Effective(IReadOnlyList<DomainShare> domains) =>
        Math.Exp(-domains.Where(domain => domain.Share > 0).Sum(domain => domain.Share * Math.Log(domain.Share)));

    private static string Sequences(TrainingConfig? training) => training is null ? ""
        : $" of {training.Batch} sequences of {training.SequenceLength} tokens";

    private static string Whole(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
