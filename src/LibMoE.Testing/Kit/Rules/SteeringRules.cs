using LibMoE.Runtime.Testing.Oracle;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit.Rules;

/// <summary>What acts after an optimiser step, outside the gradient.</summary>
internal static class SteeringRules
{
    public static KitRule ScoreBias { get; } = new("after a step b_e moves as its update says", (subject, findings) =>
    {
        using var quiet = no_grad();
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float64);
        var e = subject.Declaration.RoutableExperts;
        var picks = TensorMath.Range(e, ScalarType.Int64, subject.Options.Device).Modulo(3);
        var before = layer.state_dict()["router.score_bias"].clone();
        layer.AfterOptimizerStep(picks, 100);
        var expected = before.Plus(Change(subject.Declaration, picks.to(ScalarType.Float64)));
        findings.Near("router.score_bias", expected, layer.state_dict()["router.score_bias"], 1e-12);
    }, subject => subject.Declaration.Balance.OfType<BiasBalanceAttribute>().FirstOrDefault() switch
    {
        null => "no BiasBalance",
        { Update: BiasUpdate.Quantile } => "the bias follows quantiles of logits, not picks",
        _ => null,
    });

    /// <summary>rate·sign(mean n − n_e), or in proportion, over the slots that move, the mean taken out where it is centred.</summary>
    private static Tensor Change(MoeDeclaration declaration, Tensor counts)
    {
        var term = declaration.Balance.OfType<BiasBalanceAttribute>().Single();
        var moves = tensor(
            [.. declaration.Experts.SelectMany(group => Enumerable.Repeat(
                term.FeedForwardOnly && OracleExperts.IsZeroCompute(group.Kind) ? 0.0 : 1.0, group.Count))],
            ScalarType.Float64, counts.device);
        var missing = (counts * moves).sum() / moves.sum() - counts;
        var change = (term.Update == BiasUpdate.Proportional ? missing / counts.sum() : missing.sign()).Times(term.Coefficient) * moves;
        return term.Centered ? (change - change.sum() / moves.sum()) * moves : change;
    }

    public static KitRule Sparsity { get; } = new("the L1 penalty steers towards the target sparsity", (subject, findings) =>
    {
        using var quiet = no_grad();
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float64);
        var e = subject.Declaration.RoutableExperts;
        var (start, tokens) = (Penalty(layer), 10);
        layer.AfterOptimizerStep(TensorMath.Full([e], tokens, ScalarType.Int64, subject.Options.Device), tokens);
        var grown = Penalty(layer);
        layer.AfterOptimizerStep(zeros([e], ScalarType.Int64, subject.Options.Device), tokens);
        findings.That(grown > start, $"all experts active: router.l1 goes from {start:G6} to {grown:G6}.");
        findings.That(Penalty(layer) < grown, $"no expert active: router.l1 goes from {grown:G6} to {Penalty(layer):G6}.");
    }, subject => subject.Declaration.Gate is ReluGateAttribute ? null : "no ReLU gate");

    private static double Penalty(MoeLayer layer) => layer.state_dict()["router.l1"].to(ScalarType.Float64).sum().item<double>();
}
