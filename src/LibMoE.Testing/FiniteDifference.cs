using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing;

/// <summary>Gradients without calculus, to hold autograd to.</summary>
public static class FiniteDifference
{
    /// <summary>The central difference (f(p + h) − f(p − h))/2h for every number of a tensor; its error is of order h².</summary>
    /// <param name="f">The function, evaluated again at each call; it has to read <paramref name="at"/>.</param>
    /// <param name="at">A float64 tensor of any shape [..], which is changed in place and restored.</param>
    /// <param name="step">h.</param>
    /// <returns>The gradient, of the tensor's shape [..], on the CPU.</returns>
    /// <exception cref="ArgumentException">The tensor is not float64, in which differences would drown in rounding.</exception>
    public static Tensor Gradient(Func<double> f, Tensor at, double step = 1e-5)
    {
        if (at.dtype != ScalarType.Float64)
        {
            throw new ArgumentException($"Finite differences need a float64 tensor, not {at.dtype}.", nameof(at));
        }

        using var quiet = no_grad();
        using var flat = at.detach().view(-1);
        var gradient = new double[flat.shape[0]];
        for (var i = 0; i < gradient.Length; i++)
        {
            using var number = flat[i];
            var middle = number.item<double>();
            gradient[i] = (At(number, middle + step, f) - At(number, middle - step, f)) / (2 * step);
            number.Fill(middle);
        }

        return tensor(gradient, at.shape, ScalarType.Float64);
    }

    private static double At(Tensor number, double value, Func<double> f)
    {
        number.Fill(value);
        return f();
    }
}
