using LibMoE.Runtime.Kernels.Backbone;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>From what the last norm gives to logits: l = σ·(h·Wᵀ + b).</summary>
/// <param name="Weight_VD">W; the embedding's where they are tied.</param>
/// <param name="Bias_V">b, or null.</param>
/// <param name="Scale">σ; null is 1.</param>
internal sealed record Head(Tensor Weight_VD, Tensor? Bias_V, double? Scale)
{
    /// <summary>V.</summary>
    public long Vocabulary => Weight_VD.shape[0];

    /// <summary>W, and b where there is one.</summary>
    public IReadOnlyList<Tensor> Parameters => Bias_V is null ? [Weight_VD] : [Weight_VD, Bias_V];

    /// <summary>The same with other tensors in the place of its parameters.</summary>
    public Head With(IEnumerable<Tensor> parameters) =>
        parameters.ToArray() is var given && given.Length == 1 ? this with { Weight_VD = given[0] }
            : this with { Weight_VD = given[0], Bias_V = given[1] };

    /// <summary>[.., D] to logits [.., V].</summary>
    public Tensor Predict(Tensor hidden)
    {
        var logits = LinearProduct.Run(hidden, Weight_VD, Bias_V);
        return Scale is { } scale ? logits.Times(scale) : logits;
    }
}
