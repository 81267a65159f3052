using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Which parameters weight decay applies to: matrices, the embedding and the head among them.</summary>
internal static class WeightDecay
{
    /// <summary>Exempt whatever their shape: those of expert groups and constant experts are stacked vectors.</summary>
    private static readonly string[] Vectors = ["bias", "constant.value"];

    /// <summary>Whether that parameter decays. Norms, biases, vectors and all of a router do not: a router that shrinks loses its
    /// preferences.</summary>
    /// <param name="name">The full state-dict name.</param>
    /// <param name="parameter">The parameter.</param>
    public static bool Applies(string name, Tensor parameter) =>
        parameter.dim() > 1
        && !name.Contains("router.", StringComparison.Ordinal)
        && !Vectors.Any(vector => name.EndsWith(vector, StringComparison.Ordinal));
}
