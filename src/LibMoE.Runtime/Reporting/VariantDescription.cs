using System.Globalization;
using LibMoE.Runtime.Studies;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LibMoE.Runtime.Reporting;

/// <summary>What a variant is and costs in a given backbone.</summary>
internal static class VariantDescription
{
    public static IRenderable Of(StudyVariant variant, TrainingConfig training)
    {
        var facts = new Grid().AddColumn(new GridColumn().NoWrap().Padding(2, 0, 2, 0)).AddColumn();
        foreach (var (name, value) in Facts(variant, training))
        {
            facts.AddRow(new Text(name, new Style(decoration: Decoration.Dim)), new Text(value));
        }

        return new Spectre.Console.Rows(new Text(variant.Name, new Style(decoration: Decoration.Bold)), facts, Text.Empty);
    }

    private static IEnumerable<(string Name, string Value)> Facts(StudyVariant variant, TrainingConfig training)
    {
        if (variant.Model is { } model)
        {
            yield return ("backbone", $"{model.Layers} blocks, width {model.Dim}, {model.Heads} heads, vocabulary {model.Vocabulary}");
        }

        yield return ("parameters", $"{Exact(variant.TotalParameters)} in total, {Exact(variant.ActiveParameters)} active for a token");
        yield return ("FLOPs", $"{Exact(variant.FlopsPerToken)} for a token, forward");
        if (variant.Model is { } made)
        {
            yield return ("memory", Memory(made, variant.Mixture?.Declaration, training));
        }

        if (variant.Mixture is not { Declaration: var declared })
        {
            if (variant.Model is { } dense)
            {
                yield return ("FFN", $"{dense.Activation}, hidden width {dense.Hidden}");
            }

            yield break;
        }

        if (declared.DiffersByBlock && variant.Model is { } differing)
        {
            foreach (var (blocks, what) in BlockDescription.Of(differing, declared))
            {
                yield return (blocks, what);
            }
        }

        foreach (var layer in declared.Layers)
        {
            yield return (layer == declared ? "formulas" : $"of {layer.Name}", string.Join('\n', layer.Formulas));
        }

        yield return ("structure", declared.Structure);
        yield return ("full", declared.Full);
    }

    private static string Memory(ModelConfig model, MoeDeclaration? declaration, TrainingConfig training)
    {
        var sequences = training.Batch / Math.Max(1, training.MicroBatches);
        var trained = ModelMemory.Training(model, declaration, sequences, training.SequenceLength, training.AverageDecay > 0);
        return $"at least {ModelMemory.Text(trained)} to train ({sequences} sequences of {training.SequenceLength} tokens at a time; "
            + $"activations come on top), {ModelMemory.Text(ModelMemory.Generation(model, declaration))} to generate with a full context";
    }

    private static string Exact(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
