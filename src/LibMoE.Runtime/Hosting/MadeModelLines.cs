using System.Globalization;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting;

/// <summary>What is said of a model that was made of another.</summary>
internal static class MadeModelLines
{
    /// <summary>How many parameters it has.</summary>
    public static string Parameters(LanguageModel model) => string.Create(CultureInfo.InvariantCulture,
        $"{ModelCost.TotalParameters(model.Config, model.Variant?.Declaration):N0} parameters, "
            + $"{ModelCost.ActiveParameters(model.Config, model.Variant?.Declaration):N0} active");

    /// <summary>Measures its held-out loss and shows it.</summary>
    /// <param name="output">The screen.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="model">The model.</param>
    /// <param name="corpus">The text.</param>
    /// <param name="training">How much of it, in how long sequences.</param>
    public static void WriteLoss(this IAnsiConsole output, string name, LanguageModel model, Corpus corpus, TrainingConfig training)
    {
        var loss = CorpusLoss.Measure(model, corpus, training.SequenceLength, training.ValidationSequences, training.Batch);
        output.WriteLoss(name, loss.Mean, loss.StdErr);
    }

    /// <summary>Shows a held-out loss in nats per token.</summary>
    public static void WriteLoss(this IAnsiConsole output, string name, double mean, double stdErr) =>
        output.WriteLine(FormattableString.Invariant($"Held-out loss, {name}: {mean:0.0000} ± {stdErr:0.0000} nats per token"));
}
