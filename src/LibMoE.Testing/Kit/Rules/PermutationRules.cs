using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit.Rules;

/// <summary>What may not matter: the order of experts, of tokens, and what else is in the call.</summary>
internal static class PermutationRules
{
    public static KitRule Experts { get; } = new("permuting the experts permutes the routing and nothing else", (subject, findings) =>
    {
        using var quiet = no_grad();
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float64);
        var call = subject.Call(layer, KitSubject.Rows);
        var permutation = new ExpertPermutation(subject.Declaration, subject.Options.Seed);
        var permuted = subject.Fresh(KitSubject.Rows, ScalarType.Float64, 1);
        permuted.load_state_dict(permutation.Apply(layer.state_dict()));
        var moved = call with
        {
            Context = new MoeContext { PreviousLogits = permutation.Columns(call.Context.PreviousLogits) },
        };
        var (a, b) = (layer.forward(call.X, call.Context), permuted.forward(moved.X, moved.Context));
        var tolerance = subject.Options.Float64Tolerance;
        findings.Near("the output", a.Hidden, b.Hidden, tolerance);
        findings.Near("AuxiliaryLoss", a.Routing.AuxiliaryLoss, b.Routing.AuxiliaryLoss, tolerance);
        findings.Near("TokensPerExpert", permutation.Columns(a.Routing.TokensPerExpert), b.Routing.TokensPerExpert, 0);
        findings.Near("Experts", a.Routing.Experts, permutation.OldSlots(b.Routing.Experts), 0);
        if (b.Routing.Kind != RoutingKind.SoftSlots)
        {
            findings.Near("Weights", a.Routing.Weights, b.Routing.Weights, tolerance);
        }
    }, subject => subject.Declaration.Kind == RoutingKind.Hash ? "a hash names experts by their number"
        : subject.Declaration.Gate is GroupedGateAttribute { MaskByZero: true } ? "experts masked by 0 are equal, and the lower index wins"
        : subject.OwnGate ? "the kit does not know which numbers of your router belong to which expert" : null);

    public static KitRule Tokens { get; } = new("permuting the tokens of a sequence permutes its outputs", (subject, findings) =>
    {
        using var quiet = no_grad();
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float64);
        var call = subject.Call(layer, KitSubject.Rows);
        using var generator = new Generator(3);
        var order = randperm(call.X.shape[0], ScalarType.Int64, generator: generator).to(subject.Options.Device);
        var moved = call.Map(rows => rows.index_select(0, order));
        var (a, b) = (layer.forward(call.X, call.Context), layer.forward(moved.X, moved.Context));
        var tolerance = subject.Options.Float64Tolerance;
        findings.Near("the output", a.Hidden.index_select(0, order), b.Hidden, tolerance);
        findings.Near("Experts", a.Routing.Experts?.index_select(0, order), b.Routing.Experts, 0);
        findings.Near("AuxiliaryLoss", a.Routing.AuxiliaryLoss, b.Routing.AuxiliaryLoss, tolerance);
    }, subject => subject.Declaration.Capacity is not null ? "with a capacity, earlier tokens go first" : null);

    public static KitRule Sequences { get; } = new("a sequence gives the same alone and among others", (subject, findings) =>
    {
        using var quiet = no_grad();
        var shape = new KitShape([3, 4], 6, 5);
        var layer = subject.Layer(shape, ScalarType.Float64);
        var call = subject.Call(layer, shape);
        var together = layer.forward(call.X, call.Context).Hidden;
        for (var s = 0; s < shape.Leading[0]; s++)
        {
            var alone = call.Map(rows => rows[s]);
            var output = layer.forward(alone.X, alone.Context).Hidden;
            findings.Near($"the output of sequence {s}", together[s], output, subject.Options.Float64Tolerance);
        }
    }, subject => subject.Declaration.Capacity is not null ? "the capacity is shared by all tokens of a call"
        : subject.Declaration is { GateRoutesTokensAlone: false, Kind: not RoutingKind.SoftSlots }
        ? "the gate looks at all tokens of a call"
        : null);

    /// <summary>What evaluation, generation and held-out losses rely on where the declaration says so.</summary>
    public static KitRule Alone { get; } = new(
        "a token gives the same alone and among others, as RoutesTokensAlone says", (subject, findings) =>
    {
        using var quiet = no_grad();
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float64);
        var call = subject.Call(layer, KitSubject.Rows);
        var together = layer.forward(call.X, call.Context).Hidden;
        for (var t = 0; t < call.X.shape[0]; t++)
        {
            var alone = call.Map(rows => rows.narrow(0, t, 1));
            var output = layer.forward(alone.X, alone.Context).Hidden;
            findings.Near($"the output of token {t}", together.narrow(0, t, 1), output, subject.Options.Float64Tolerance);
        }
    }, subject => subject.Declaration.RoutesTokensAlone == true ? null : "the layer does not say that it routes each token alone");
}
