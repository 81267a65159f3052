using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>The logits l of every gate, from the written formulas; norms are clamped at 1e-12.</summary>
internal static class OracleLogits
{
    private static readonly Dictionary<Type, Func<GateAttribute, OracleInput, Tensor>> Formulas = new()
    {
        [typeof(CosineGateAttribute)] = (gate, input) => Cosine((CosineGateAttribute)gate, input),
        [typeof(PerturbedCosineGateAttribute)] = (gate, input) => Perturbed(((PerturbedCosineGateAttribute)gate).Noise, input),
        [typeof(XMoeGateAttribute)] = (gate, input) => XMoe((XMoeGateAttribute)gate, input),
        [typeof(HyperGateAttribute)] = (_, input) => Hyper(input),
        [typeof(ResidualGateAttribute)] = (_, input) => Residual(input),
        [typeof(TernaryGateAttribute)] = (_, input) => Ternary(input),
    };

    /// <summary>l of the tokens that count, with the router's bias where it has one.</summary>
    public static Tensor Of(GateAttribute gate, OracleInput input)
    {
        var logits = Formulas.TryGetValue(gate.GetType(), out var formula) ? formula(gate, input) : Linear(input);
        logits = input.Parameters.Find("router.bias") is { } bias ? logits.Plus(bias) : logits;
        return Capped(gate, logits);
    }

    /// <summary>c·tanh(l/c) where the gate has a cap c.</summary>
    public static Tensor Capped(GateAttribute gate, Tensor logits) =>
        gate is LinearGateAttribute { LogitCap: > 0 and var cap } ? logits.Over(cap).tanh().Times(cap) : logits;

    private static Tensor Linear(OracleInput input) => input.X_ND.matmul(input.Parameters["router.weight"].t());

    private static Tensor Cosine(CosineGateAttribute gate, OracleInput input)
    {
        var cosine = Unit(input.X_ND).matmul(Unit(input.Parameters["router.weight"]).t());
        return gate.LearnTemperature ? cosine / input.Parameters["router.temperature"] : cosine.Over(gate.Temperature);
    }

    private static Tensor Perturbed(double theta, OracleInput input)
    {
        var weight = input.Parameters["router.weight"];
        return Linear(input) / (Norm(input.X_ND).Plus(theta) * Norm(weight).Plus(theta).t());
    }

    private static Tensor XMoe(XMoeGateAttribute gate, OracleInput input)
    {
        var z = input.X_ND.matmul(input.Parameters["router.projection"].t());
        return Unit(z).matmul(Unit(input.Parameters["router.weight"]).t().Times(1.5)).Over(gate.Temperature);
    }

    private static Tensor Hyper(OracleInput input)
    {
        var p = input.Parameters;
        var hidden = p["router.hyper_in.weight"].mv(p["router.embedding"]).Plus(p["router.hyper_in.bias"]).relu();
        var made = p["router.hyper_out.weight"].mv(hidden).Plus(p["router.hyper_out.bias"]).reshape(input.Slots, -1);
        var width = input.X_ND.shape[1];
        return input.X_ND.matmul(made.narrow(1, 0, width).t()).Plus(made.select(1, width));
    }

    private static Tensor Residual(OracleInput input) => input.Context.PreviousLogits is { } previous
        ? Linear(input).Plus(input.Rows(previous).matmul(input.Parameters["router.residual"].t()))
        : Linear(input);

    /// <summary>Slots of sign −1 stand 1 lower, null slots 10 lower.</summary>
    private static Tensor Ternary(OracleInput input)
    {
        var logits = Linear(input);
        var (e, all) = (input.Slots, (int)logits.shape[1]);
        var offsets = Enumerable.Range(0, all).Select(slot => slot < e ? 0.0 : slot < 2 * e ? -1.0 : -10.0).ToArray();
        return logits.Plus(tensor(offsets, ScalarType.Float64));
    }

    private static Tensor Norm(Tensor rows) => rows.norm(1, keepdim: true, p: 2);

    private static Tensor Unit(Tensor rows) => rows / Norm(rows).AtLeast(1e-12);
}
