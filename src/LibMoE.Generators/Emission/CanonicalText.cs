using LibMoE.Generators.Known;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>
/// The canonical text that a declaration's hashes are taken of: one part a line, with a version, arguments in order, non-default options
/// by name, types without assembly.
/// </summary>
internal static class CanonicalText
{
    /// <summary>Rises when the same words come to mean another computation.</summary>
    private const int PartVersion = 1;

    /// <summary>Options that change how a layer is trained or starts, but not what a trained one computes.</summary>
    private static readonly HashSet<string> TrainingOptions = ["InitStd", "Jitter", "Reward"];

    /// <summary>The same for built-in gates alone: a gate of the user's own may mean anything by such a name.</summary>
    private static readonly HashSet<string> OfBuiltInGates = ["Entropy", "Sinkhorn"];

    /// <summary>Everything that decides shapes and the forward pass.</summary>
    public static string Structure(LayerModel layer)
    {
        var lines = layer.Experts.Select(group => Line(group.Part, group.KindType)).ToList();
        if (layer.Shared is { } shared)
        {
            lines.Add(Line(shared.Part, shared.KindType));
        }

        if (layer.Latent is { } latent)
        {
            lines.Add(Line(latent));
        }

        lines.Add(Line(layer.Gate.Part, option: option => !IsOfTraining(layer, option)));
        if (layer.Capacity is { } capacity)
        {
            lines.Add(Line(capacity));
        }

        // A score bias is part of the forward pass; its rate is not.
        var biases = layer.Balance.Where(term => KnownBalance.Of(term).KeepsScoreBias);
        lines.AddRange(biases.Select(term => Line(ScoreBias.Structure(term.Part))));
        return string.Join("\n", lines);
    }

    /// <summary>What only training needs.</summary>
    public static string Coefficients(LayerModel layer)
    {
        var lines = layer.Balance.Select(term => Line(term.Part)).ToList();
        var training = layer.Gate.Part.Options.Where(option => IsOfTraining(layer, option) && !option.IsDefault).ToList();
        if (training.Count > 0)
        {
            lines.Add(Line(layer.Gate.Part, option: option => training.Contains(option)));
        }

        if (layer.ExpertDropout is { } dropout)
        {
            lines.Add(Line(dropout));
        }

        return string.Join("\n", lines);
    }

    private static bool IsOfTraining(LayerModel layer, OptionModel option) => TrainingOptions.Contains(option.Name)
        || (layer.Gate.Implementation is null && OfBuiltInGates.Contains(option.Name));

    private static string Line(PartModel part, string? kind = null, Func<OptionModel, bool>? option = null)
    {
        var kept = part.Options.Where(candidate => option is null || option(candidate)).ToList();
        var values = kept.Where(candidate => candidate.IsArgument).Select(Value)
            .Concat(kept.Where(candidate => !candidate.IsArgument && !candidate.IsDefault)
                .OrderBy(candidate => candidate.Name, StringComparer.Ordinal)
                .Select(candidate => candidate.Name + "=" + Value(candidate)));
        var name = part.TypeName.Replace("global::", "");
        var bare = name.IndexOf('<') is var at && at >= 0 ? name[..at] : name;
        return $"{bare}{(kind is null ? "" : $"<{kind.Replace("global::", "")}>")}/{PartVersion}({string.Join(", ", values)})";
    }

    private static string Value(OptionModel option) =>
        option.Value is double real ? Text.Number(real) : option.Literal.Replace("global::", "");
}
