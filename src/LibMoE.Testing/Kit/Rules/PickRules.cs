using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit.Rules;

/// <summary>Replaced picks: fewer, more, all, none, and the layer's own again.</summary>
internal static class PickRules
{
    public static KitRule FewAndAll { get; } = new("a token may use one expert, all of them or none", (subject, findings) =>
    {
        var shape = KitSubject.Rows;
        var layer = subject.Layer(shape, ScalarType.Float64);
        var call = subject.Call(layer, shape);
        var (tokens, e) = (shape.Leading[0], subject.Declaration.RoutableExperts);
        var all = TensorMath.Range(e, ScalarType.Int64).expand(tokens, e).contiguous();
        foreach (var (what, experts) in new[] { ("K = 1", all.narrow(1, 0, 1)), ("K = E", all), ("empty picks", Emptied(all)) })
        {
            var weights = (Tensor?)null;
            if (subject.Declaration.Gate is HashGateAttribute { Learned: false } or TernaryGateAttribute)
            {
                weights = linspace(0.25, 1, experts.numel(), ScalarType.Float64).reshape(experts.shape);
            }

            var rerouted = call.With(_ => new Picks(experts, weights)) with { Where = what };
            OracleRules.CompareCall(subject, findings, layer, rerouted, subject.Options.Float64Tolerance);
        }
    }, NotPicking);

    public static KitRule Replay { get; } = new("replaying a layer's own picks gives its output and gradients", (subject, findings) =>
    {
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float64);
        var call = subject.Call(layer, KitSubject.Rows);
        var (first, gradients) = KitGradients.Of(layer, call);
        var experts = first.Routing.Experts!.detach();
        var (again, others) = KitGradients.Of(layer, call.With(_ => new Picks(experts)));
        findings.Near("the output", first.Hidden, again.Hidden, subject.Options.Float64Tolerance);
        findings.Near("Weights", first.Routing.Weights, again.Routing.Weights, subject.Options.Float64Tolerance);
        findings.Near("AuxiliaryLoss", first.Routing.AuxiliaryLoss, again.Routing.AuxiliaryLoss, subject.Options.Float64Tolerance);
        findings.NearGradients("", gradients, others, subject.Options.Float64Tolerance);
    }, subject => subject.Declaration.Kind == RoutingKind.Ternary ? "picks name experts, not their signs" : NotPicking(subject));

    public static KitRule OwnWeights { get; } = new("replaying picks with their weights gives the same output", (subject, findings) =>
    {
        using var quiet = no_grad();
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float64);
        var call = subject.Call(layer, KitSubject.Rows);
        var first = layer.forward(call.X, call.Context);
        var picks = new Picks(first.Routing.Experts!, first.Routing.Weights);
        var again = layer.forward(call.X, call.With(_ => picks).Context);
        findings.Near("the output", first.Hidden, again.Hidden, subject.Options.Float64Tolerance);
    }, NotPicking);

    private static string? NotPicking(KitSubject subject) =>
        subject.Declaration.Kind == RoutingKind.SoftSlots ? "soft slots pick no experts" : null;

    /// <summary>The first token without any pick, the second without its first one.</summary>
    private static Tensor Emptied(Tensor all)
    {
        var emptied = all.clone();
        emptied[0].fill_(Scalars.MinusOne);
        emptied[1][0].fill_(Scalars.MinusOne);
        return emptied;
    }
}
