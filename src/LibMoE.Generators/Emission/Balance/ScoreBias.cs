using LibMoE.Generators.Known;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>The bias on what picks are made by, which <c>[BiasBalance]</c> keeps.</summary>
internal static class ScoreBias
{
    private const int Proportional = 1;
    private const int Quantile = 2;

    private const string StepsField = "scoreBiasSteps_1";

    /// <summary>The term that keeps the layer's bias; null without.</summary>
    public static PartModel? Of(LayerModel layer) => layer.Balance.FirstOrDefault(term => KnownBalance.Of(term).KeepsScoreBias)?.Part;

    /// <summary>Whether the bias is added to logits, not to scores.</summary>
    public static bool IsOnLogits(LayerModel layer) => Of(layer) is { } part && part.Int("Update") == Quantile;

    /// <summary>Its buffers.</summary>
    public static IEnumerable<ParameterRow> Parameters(LayerModel layer)
    {
        if (Of(layer) is not { } part)
        {
            yield break;
        }

        yield return new("router.score_bias", "scoreBias_E", "E", "") { Router = true, Buffer = true };
        if (part.Int("FreezeAfter") > 0)
        {
            yield return new("router.score_bias_steps", StepsField, "1", "") { Router = true, Buffer = true };
        }
    }

    /// <summary>What of the term is part of the forward pass or of the state: of its last step only that there is one.</summary>
    public static PartModel Structure(PartModel part) => part with
    {
        Options = new(part.Options.Select(Structure).OfType<OptionModel>()),
    };

    private static OptionModel? Structure(OptionModel option) => option switch
    {
        { Name: "Update", Value: Quantile } => option,
        { Name: "FreezeAfter" } => option with { Value = true, Literal = "true" },
        _ => null,
    };

    /// <summary>The statement that observes the logits of a call; null where the update needs none.</summary>
    public static string? Observe(LayerModel layer) => IsOnLogits(layer)
        ? "StepMemory.Observe(logits_TE, scoreBias_E, K, tokens, training, context);"
        : null;

    /// <summary>The formula after the rate.</summary>
    public static string Formula(PartModel part)
    {
        var end = part.Int("FreezeAfter") is > 0 and var last ? $", until step {last}" : "";
        if (part.Int("Update") == Quantile)
        {
            return "(−β − b), minus its mean, added to b after each optimiser step" + end
                + ";  β_e = the (T·K/E + 1)-th largest over tokens of l_e − α,  α_t = the (K + 1)-th largest of l_t + b";
        }

        var change = part.Int("Update") == Proportional ? "(mean n − n_e)/Σn" : "sign(mean n − n_e)";
        return change + (part.Bool("Centered") ? ", minus their mean" : "") + ", added to b_e after each optimiser step" + end
            + (part.Bool("FeedForwardOnly") ? ";  mean and e over FFN experts alone" : "");
    }

    /// <summary>The statement after each optimiser step.</summary>
    public static string AfterStep(TermPlace at)
    {
        var part = at.Part;
        var freeze = part.Int("FreezeAfter") is > 0 and var last ? $", steps_1: {StepsField}, freezeAfter: {Text.Integer(last)}" : "";
        var rate = "rate: " + Text.Double(BalanceWriters.Coefficient(part));
        if (part.Int("Update") == Quantile)
        {
            return $"LossFree.Follow(scoreBias_E, StepMemory, {rate}{freeze});";
        }

        var options = (part.Int("Update") == Proportional ? ", proportional: true" : "") + (part.Bool("Centered") ? ", centered: true" : "")
            + (part.Bool("FeedForwardOnly") ? ", slots: " + string.Join(" + ", new ExpertLayout(at.Layer).FeedForwardCounts) : "");
        return $"LossFree.Update(scoreBias_E, picks_E, {rate}{options}{freeze});";
    }
}
