namespace LibMoE.Runtime;

/// <summary>The update of one parameter in libtorch operations, on any device and in any type.</summary>
internal static class PortableAdamW
{
    public static void Apply(AdamWUpdate update, AdamWRates rates)
    {
        var gradient = rates.GradientScale == 1 ? update.Gradient : update.Gradient * rates.GradientScale;
        update.Mean.mul_(rates.Beta1).add_(gradient, 1 - rates.Beta1);
        update.Square.mul_(rates.Beta2).addcmul_(gradient, gradient, 1 - rates.Beta2);
        var root = update.Square.sqrt().div_(rates.RootCorrection(update.Step)).add_(rates.Epsilon);
        update.Parameter.mul_(rates.Keep(update.Decay)).addcdiv_(update.Mean, root, -rates.StepSize(update.Step));
    }
}
