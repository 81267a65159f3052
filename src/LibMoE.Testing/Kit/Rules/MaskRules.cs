using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit.Rules;

/// <summary>A masked token is not routed, not counted, in no loss, and its output is 0.</summary>
internal static class MaskRules
{
    private static readonly KitShape Masked = KitSubject.Rows with { Masked = true };

    public static KitRule NoInfluence { get; } = new("a masked token has no influence", (subject, findings) =>
    {
        var layer = subject.Layer(Masked, ScalarType.Float64);
        var call = subject.Call(layer, Masked);
        var kept = call.Context.Mask!.unsqueeze(-1);
        var changed = call.Map(
            rows => where(rows.dim() == 1 ? call.Context.Mask! : kept, rows, rows.Times(37).Plus(11)),
            call.Context.Mask);
        var (before, gradients) = KitGradients.Of(layer, call);
        var (after, others) = KitGradients.Of(layer, changed);
        var tolerance = subject.Options.Float64Tolerance;
        findings.Near("the output", before.Hidden, after.Hidden, tolerance);
        findings.Near("the auxiliary loss", before.Routing.AuxiliaryLoss, after.Routing.AuxiliaryLoss, tolerance);
        findings.Near("TokensPerExpert", before.Routing.TokensPerExpert, after.Routing.TokensPerExpert, 0);
        findings.NearGradients("", gradients, others, tolerance);

        findings.Near("the output of masked tokens", zeros_like(after.Hidden), after.Hidden.masked_fill(kept, Scalars.Zero), 0);
        findings.Near("the gradient of masked tokens", zeros_like(after.Hidden), others["x"]!.masked_fill(kept, Scalars.Zero), 0);
    });

    public static KitRule LikeAbsent { get; } = new("a masked token is as if it were not there", (subject, findings) =>
    {
        using var quiet = no_grad();
        var layer = subject.Layer(Masked, ScalarType.Float64);
        var call = subject.Call(layer, Masked);
        var rows = call.Context.Mask!.nonzero().select(1, 0);
        var (masked, absent) = (call, call.Map(values => values.index_select(0, rows)));
        var (a, b) = (layer.forward(masked.X, masked.Context), layer.forward(absent.X, absent.Context));
        findings.Near("the output", b.Hidden, a.Hidden.index_select(0, rows), subject.Options.Float64Tolerance);
        findings.Near("the auxiliary loss", b.Routing.AuxiliaryLoss, a.Routing.AuxiliaryLoss, subject.Options.Float64Tolerance);
        findings.Near("TokensPerExpert", b.Routing.TokensPerExpert, a.Routing.TokensPerExpert, 0);
    });
}
