using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit.Rules;

/// <summary>The router's gradients against finite differences of the layer itself, without any formula.</summary>
internal static class RouterGradientRule
{
    private const double Tolerance = 1e-6;

    public static KitRule Rule { get; } = new("the router's gradients agree with finite differences", Try, subject =>
        subject.Declaration.Gate is HashGateAttribute { Learned: false } ? "a hash gate has no router"
        : subject.Declaration.Gate is ThresholdGateAttribute ? "its gradient goes straight through a step, which has no derivative" : null);

    private static void Try(KitSubject subject, KitFindings findings)
    {
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float64);
        var call = subject.Call(layer, KitSubject.Rows);
        var (_, gradients) = KitGradients.Of(layer, call);
        var size = gradients["x"]!.abs().max().item<double>();
        var router = layer.named_parameters().Where(entry => entry.parameter.requires_grad
            && entry.name.StartsWith("router.", StringComparison.Ordinal));
        foreach (var (name, parameter) in router)
        {
            var differences = FiniteDifference.Gradient(Objective, parameter);
            findings.Near($"the gradient of {name}", differences, gradients[name] ?? zeros_like(differences), Tolerance, least: size);
        }

        double Objective()
        {
            using var scope = NewDisposeScope();
            return KitGradients.Objective(layer.forward(call.X, call.Context)).item<double>();
        }
    }
}
