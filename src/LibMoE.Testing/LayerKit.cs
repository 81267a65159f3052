using LibMoE.Runtime.Testing.Kit;
using LibMoE.Runtime.Testing.Kit.Rules;

namespace LibMoE.Runtime.Testing;

/// <summary>
/// Checks of any declared layer, built-in or a user's own: against the dense float64 oracle, by finite differences, and by what has to hold
/// whatever the parameters are (permutations, masks, replays, files, determinism).
/// </summary>
/// <example>
/// <code>
/// [Fact]
/// public void Smoe_does_what_it_declares() => LayerKit.Check&lt;Smoe&gt;();
/// </code>
/// </example>
public static class LayerKit
{
    /// <summary>The checks in the order in which they run.</summary>
    internal static IReadOnlyList<KitRule> Rules { get; } =
    [
        ParameterRules.Table, ParameterRules.SaveAndLoad, ParameterRules.ForwardChangesNothing,
        OracleRules.Float64, OracleRules.Float32, RouterGradientRule.Rule,
        PickRules.FewAndAll, PickRules.Replay, PickRules.OwnWeights,
        PermutationRules.Experts, PermutationRules.Tokens, PermutationRules.Sequences, PermutationRules.Alone,
        MaskRules.NoInfluence, MaskRules.LikeAbsent,
        RunRules.Deterministic, RunRules.LossesOff, RunRules.TrainingMode, RunRules.LiveTensors,
        SteeringRules.ScoreBias, SteeringRules.Sparsity,
    ];

    /// <summary>Checks a declared layer.</summary>
    /// <returns>Every check and its outcome.</returns>
    /// <exception cref="KitFailedException">A check fails.</exception>
    public static KitReport Check<TLayer>(KitOptions? options = null)
        where TLayer : MoeLayer, IMoeLayer<TLayer> => Check(MoeVariant.Of<TLayer>(), options);

    /// <summary>Checks a variant.</summary>
    /// <returns>Every check and its outcome.</returns>
    /// <exception cref="KitFailedException">A check fails.</exception>
    public static KitReport Check(MoeVariant variant, KitOptions? options = null)
    {
        var report = Examine(variant, options);
        return report.Failures.Count == 0 ? report : throw new KitFailedException(report);
    }

    /// <summary>Checks a variant and reports failures instead of throwing.</summary>
    public static KitReport Examine(MoeVariant variant, KitOptions? options = null)
    {
        var subject = new KitSubject(variant, options ?? new KitOptions());
        return new KitReport(variant.Name, [.. Rules.Select(rule => rule.Run(subject))]);
    }
}
