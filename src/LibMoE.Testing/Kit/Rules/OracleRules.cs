using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit.Rules;

/// <summary>Everything that a layer returns, and all its gradients, against the dense oracle.</summary>
internal static class OracleRules
{
    /// <summary>Losses are sums of terms of order one: where these cancel, what remains is their rounding.</summary>
    private const double LossTerms = 1e-2;

    public static KitRule Float64 { get; } = new("a float64 layer gives the oracle's outputs, routing, losses and gradients",
        (subject, findings) => Compare(subject, findings, ScalarType.Float64, subject.Options.Float64Tolerance));

    public static KitRule Float32 { get; } = new("a float32 layer gives the oracle's outputs, routing, losses and gradients",
        (subject, findings) => Compare(subject, findings, ScalarType.Float32, subject.Options.Float32Tolerance));

    /// <summary>Compares what a layer and the oracle make of one call.</summary>
    public static void CompareCall(KitSubject subject, KitFindings findings, MoeLayer layer, KitCall call, double tolerance)
    {
        var training = !subject.ActsAtRandom && subject.Declaration.Gate is not LinearGateAttribute { Sinkhorn: true };
        layer.train(training);
        layer.ForgetStep();
        var (expected, wanted) = KitGradients.Of(new KitOracle(subject, layer), call, training);
        var (actual, got) = KitGradients.Of(layer, call);
        findings.That(actual.Hidden.dtype == call.X.dtype,
            $"the output for {call.Where} is {actual.Hidden.dtype}, not of x's type {call.X.dtype}.");
        findings.Near($"the output for {call.Where}", expected.Hidden, actual.Hidden, tolerance);
        CompareRouting(findings, expected.Routing, actual.Routing, call, tolerance);
        findings.NearGradients($" for {call.Where}", wanted, got, tolerance);
    }

    public static void CompareRouting(KitFindings findings, Routing expected, Routing actual, KitCall call, double tolerance)
    {
        findings.That(expected.Kind == actual.Kind, $"the routing's kind is {actual.Kind}, not {expected.Kind}.");
        findings.Near($"Experts for {call.Where}", expected.Experts, actual.Experts, 0);
        findings.Near($"TokensPerExpert for {call.Where}", expected.TokensPerExpert, actual.TokensPerExpert, 0);
        findings.Near($"Weights for {call.Where}", expected.Weights, actual.Weights, tolerance);
        findings.Near($"Logits for {call.Where}", Kept(expected.Logits, call), Kept(actual.Logits, call), tolerance);
        if (expected.Kind != RoutingKind.SoftSlots)
        {
            findings.Near($"Scores for {call.Where}", Kept(expected.Scores, call), Kept(actual.Scores, call), tolerance);
        }

        findings.That(expected.Losses.Keys.ToHashSet().SetEquals(actual.Losses.Keys),
            $"the losses are {string.Join(", ", actual.Losses.Keys)}; declared are {string.Join(", ", expected.Losses.Keys)}.");
        foreach (var (key, loss) in expected.Losses)
        {
            findings.Near($"{key} for {call.Where}", loss, actual.Losses.GetValueOrDefault(key), tolerance, LossTerms);
        }

        findings.Near($"AuxiliaryLoss for {call.Where}", expected.AuxiliaryLoss, actual.AuxiliaryLoss, tolerance, LossTerms);
    }

    private static void Compare(KitSubject subject, KitFindings findings, ScalarType type, double tolerance)
    {
        foreach (var shape in subject.Options.Shapes)
        {
            using var scope = NewDisposeScope();
            var layer = subject.Layer(shape, type);
            CompareCall(subject, findings, layer, subject.Call(layer, shape), tolerance);
        }
    }

    /// <summary>What a masked token's logits are is nobody's business.</summary>
    private static Tensor? Kept(Tensor? values_TE, KitCall call) => values_TE is null || call.Context.Mask is not { } mask
        ? values_TE
        : values_TE.to(CPU).masked_fill(mask.to(CPU).reshape(-1, 1).logical_not(), Scalars.Zero);
}
