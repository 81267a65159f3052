using TorchSharp;

namespace LibMoE.Runtime.Kernels.Optimizer;

/// <summary>The update of one parameter in libtorch operations, on any device and in any type.</summary>
internal static class PortableAdamW
{
    public static void Apply(AdamWUpdate update, AdamWRates rates)
    {
        var gradient = rates.GradientScale == 1 ? update.Gradient : update.Gradient.Times(rates.GradientScale);
        using var ofMean = (1 - rates.Beta1).ToScalar();
        using var ofSquare = (1 - rates.Beta2).ToScalar();
        using var correction = rates.RootCorrection(update.Step).ToScalar();
        using var epsilon = rates.Epsilon.ToScalar();
        using var step = (-rates.StepSize(update.Step)).ToScalar();
        update.Mean.Scale(rates.Beta1).add_(gradient, ofMean);
        update.Square.Scale(rates.Beta2).addcmul_(gradient, gradient, ofSquare);
        var root = update.Square.sqrt().div_(correction).add_(epsilon, Scalars.One);
        update.Parameter.Scale(rates.Keep(update.Decay)).addcdiv_(update.Mean, root, step);
    }
}
