namespace LibMoE.Runtime.Models.Decoding;

/// <summary>The turn of <see cref="RotaryEmbedding"/> at one position.</summary>
/// <param name="cos_J">Cosines.</param>
/// <param name="sin_J">Sines.</param>
/// <param name="pairs">J: how many channel pairs turn.</param>
/// <param name="halves">Whether a pair's channels are half a head apart; else they stand side by side.</param>
internal readonly unsafe struct DecodedTurn(float* cos_J, float* sin_J, int pairs, bool halves)
{
    /// <summary>Turns a head in its place.</summary>
    public void Run(float* x_C)
    {
        var (step, apart) = halves ? (1, pairs) : (2, 1);
        for (var j = 0; j < pairs; j++, x_C += step)
        {
            var (real, imaginary) = (x_C[0], x_C[apart]);
            x_C[0] = real * cos_J[j] - imaginary * sin_J[j];
            x_C[apart] = real * sin_J[j] + imaginary * cos_J[j];
        }
    }
}
