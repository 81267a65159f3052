namespace LibMoE.Runtime.Models.Decoding;

/// <summary>A <see cref="Norm"/> of some rows.</summary>
internal sealed unsafe class DecodedNorm
{
    private readonly DecodedWeights _weights;
    private readonly NormKind _kind;
    private readonly float* _weight_D;
    private readonly float* _bias_D;
    private readonly int _dim;
    private readonly float[]? _whole_D;

    private DecodedNorm(DecodedWeights weights, NormKind kind, string prefix)
    {
        (_weights, _kind) = (weights, kind);
        _dim = (int)weights.Shape(prefix + "weight")[0];
        _weight_D = weights[prefix + "weight"];
        _bias_D = weights[prefix + "bias"];
        _whole_D = weights.Config.NormUnitOffset ? new float[_dim] : null;
    }

    /// <summary>The norm of that name; null where the model has none.</summary>
    /// <param name="weights">The model's.</param>
    /// <param name="kind">The formula.</param>
    /// <param name="prefix">Its name, with a point.</param>
    public static DecodedNorm? Find(DecodedWeights weights, NormKind kind, string prefix) =>
        weights[prefix + "weight"] is null ? null : new DecodedNorm(weights, kind, prefix);

    /// <summary>Normalises rows of as many numbers as there are weights; y may be x.</summary>
    public void Run(float* x_RD, int rows, float* y_RD)
    {
        if (_whole_D is null)
        {
            Run(x_RD, rows, _weight_D, y_RD);
            return;
        }

        // Weights are kept as what they differ from 1 by.
        for (var d = 0; d < _dim; d++)
        {
            _whole_D[d] = 1 + _weight_D[d];
        }

        fixed (float* whole_D = _whole_D)
        {
            Run(x_RD, rows, whole_D, y_RD);
        }
    }

    private void Run(float* x_RD, int rows, float* weight_D, float* y_RD)
    {
        var epsilon = (float)_weights.Config.NormEpsilon;
        if (_kind == NormKind.Rms)
        {
            _weights.Rms.Forward(x_RD, weight_D, epsilon, rows, _dim, y_RD, null);
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            Centre(x_RD + row * _dim, weight_D, epsilon, y_RD + row * _dim);
        }
    }

    private void Centre(float* x_D, float* weight_D, float epsilon, float* y_D)
    {
        var (sum, squares) = (0.0, 0.0);
        for (var d = 0; d < _dim; d++)
        {
            sum += x_D[d];
        }

        var mean = (float)(sum / _dim);
        for (var d = 0; d < _dim; d++)
        {
            squares += (double)(x_D[d] - mean) * (x_D[d] - mean);
        }

        var inverse = 1 / MathF.Sqrt((float)(squares / _dim) + epsilon);
        for (var d = 0; d < _dim; d++)
        {
            y_D[d] = (x_D[d] - mean) * inverse * weight_D[d] + (_bias_D is null ? 0 : _bias_D[d]);
        }
    }
}
