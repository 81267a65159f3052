using System.Globalization;

namespace LibMoE.Runtime.Hosting.Exports;

/// <summary>The parts of a card that come from what is known of a model; a part of which nothing is known says so, or is left
/// out.</summary>
internal static class CardSections
{
    /// <summary>The declaration, in formulas and in the text that is hashed.</summary>
    public static IEnumerable<string> Declaration(MoeDeclaration? declared) => declared is null ? [] :
    [
        "", "## Declaration", "", "```text", .. declared.Formulas.SelectMany(formula => formula.Split('\n')), "```", "",
        $"Its canonical text, without training's coefficients, has the SHA-256 `{declared.Structure}`; with them, `{declared.Full}`:",
        "", "```text", .. declared.StructureText.TrimEnd().Split('\n'), .. declared.CoefficientsText.TrimEnd().Split('\n'), "```",
    ];

    /// <summary>What it was trained on.</summary>
    public static IEnumerable<string> Data(CardEvidence evidence)
    {
        yield return "";
        yield return "## Data";
        yield return "";
        if (evidence.State is not { Corpus: { } corpus } state)
        {
            yield return "It was not trained here; what it was trained on is for its authors to say.";
            yield break;
        }

        yield return $"{corpus.Name}, SHA-256 `{corpus.Sha256}`"
            + (evidence.Origin is { TrainTokens: > 0 } origin
                ? $"; {Whole(origin.TrainTokens)} tokens to train on and {Whole(origin.HeldOutTokens)} held out."
                : ".");
        if (state.Domains.Count > 1)
        {
            var shares = state.Domains.Select(domain => FormattableString.Invariant($"{domain.Name} {domain.Share:0.##%}"));
            yield return $"Shares of the training sequences: {string.Join(", ", shares)}.";
        }
    }

    /// <summary>How it was trained.</summary>
    public static IEnumerable<string> Training(CardEvidence evidence)
    {
        if (evidence.State is { Training: { } training } state)
        {
            yield return "";
            yield return "## Training";
            yield return "";
            yield return FormattableString.Invariant($"{state.Step} steps of {training.Batch} sequences of ")
                + FormattableString.Invariant($"{training.SequenceLength} tokens, ")
                + FormattableString.Invariant($"peak learning rate {training.LearningRate}, seed {training.Seed}, on {state.Machine.Cpu}.");
            if (evidence.Origin?.Sittings is [.., var last])
            {
                // Not the command: it may name folders of whoever typed it.
                yield return FormattableString.Invariant($"Trained on {last.Started.UtcDateTime:yyyy-MM-dd} by LibMoE {last.Libmoe}.");
            }
        }

        foreach (var (said, lines) in new[]
        {
            ("It was upcycled from a dense model:", evidence.Upcycling),
            ("Its FFNs were merged from the experts of a mixture:", evidence.Merging),
        })
        {
            if (lines.Count > 0)
            {
                yield return "";
                yield return said;
                yield return "";
                foreach (var line in lines)
                {
                    yield return $"- {line.Trim()}";
                }
            }
        }
    }

    /// <summary>What it scores, with standard errors.</summary>
    public static IEnumerable<string> Scores(CardEvidence evidence)
    {
        yield return "";
        yield return "## Scores";
        yield return "";
        if (evidence is { Result: null, Evaluation: null })
        {
            yield return "None of these weights are stored with the model; `evaluate` makes some.";
            yield break;
        }

        yield return "± is one standard error over the items. One model of one seed was measured: another seed gives another.";
        yield return "";
        yield return "| what | metric | value | chance |";
        yield return "|---|---|---|---|";
        if (evidence.Result is { } result)
        {
            yield return FormattableString.Invariant(
                $"| held-out text | loss, nats per token | {result.ValidationLoss:0.0000} ± {result.ValidationLossStdErr:0.0000} | – |");
        }

        foreach (var task in evidence.Evaluation?.Tasks ?? [])
        {
            foreach (var metric in task.Metrics)
            {
                yield return $"| {task.Title}, {task.Shots} shots, {task.Items.Used} items | {metric.Name} | {Number(metric.Value)}"
                    + (metric.StdErr is { } error ? $" ± {Number(error)}" : "")
                    + $" | {(metric.Chance is { } chance ? Number(chance) : "–")} |";
            }
        }

        foreach (var task in evidence.Evaluation?.Tasks.DistinctBy(task => task.Task) ?? [])
        {
            yield return "";
            yield return $"{task.Title}: {task.Citation} Licence of the data: {task.Licence}.";
        }
    }

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Whole(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
