namespace LibMoE.Runtime.Models.Decoding;

/// <summary>A <see cref="Projection"/> of one row.</summary>
internal sealed unsafe class DecodedProjection
{
    private readonly DecodedWeights _weights;
    private readonly float* _weight_OI;
    private readonly float* _bias_O;
    private readonly int _inputs;

    /// <param name="weights">The model's.</param>
    /// <param name="prefix">The projection's name, with a point.</param>
    public DecodedProjection(DecodedWeights weights, string prefix)
    {
        var shape = weights.Shape(prefix + "weight");
        (_weights, Outputs, _inputs) = (weights, (int)shape[0], (int)shape[1]);
        _weight_OI = weights[prefix + "weight"];
        _bias_O = weights[prefix + "bias"];
    }

    /// <summary>O.</summary>
    public int Outputs { get; }

    /// <summary>y = x·Wᵀ + b.</summary>
    public void Run(float* x_I, float* y_O) =>
        _weights.Product.OfRows(_weights.Torch, _weight_OI, x_I, _bias_O, Outputs, _inputs, y_O);
}
