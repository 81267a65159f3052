namespace LibMoE.Runtime;

/// <summary>Temperature scaling (Guo et al. 2017, section 4.2): all logits are divided by one number, softmax(z/T), so that a model is as
/// sure as it is right. Which class it says stays the same.</summary>
public static class TemperatureScaling
{
    /// <summary>The least temperature. Where the true class has the largest logit of every example, the likelihood grows without end as T
    /// falls, and this is what is given.</summary>
    public const double Least = 1e-3;

    /// <summary>The greatest temperature. Where logits tell less of classes than nothing, the likelihood grows without end as T does, and
    /// this is what is given.</summary>
    public const double Most = 1e3;

    private const int MostSteps = 200;
    private const double Tolerance = 1e-14;

    /// <summary>
    /// The T between <see cref="Least"/> and <see cref="Most"/> with the least −Σ_n ln softmax(z_n/T)_y. That sum is convex in β = 1/T: its
    /// slope is Σ_n (E_p[z_n] − z_ny), its curvature Σ_n Var_p[z_n], with p = softmax(β·z_n). Newton's method, with the middle of what is
    /// left in its place where a step leaves that.
    /// </summary>
    /// <param name="logits_NC">Of each example the logits of the classes, or anything that differs from them by a number of the example,
    /// such as ln p. Examples that the model has not learned from.</param>
    /// <param name="labels_N">The true class of each.</param>
    /// <exception cref="ArgumentException">There is no example, or the lists do not fit each other.</exception>
    public static double Fit(IReadOnlyList<double[]> logits_NC, IReadOnlyList<int> labels_N)
    {
        if (logits_NC.Count == 0 || logits_NC.Count != labels_N.Count
            || logits_NC.Zip(labels_N).Any(example => example.Second < 0 || example.Second >= example.First.Length))
        {
            throw new ArgumentException(
                $"{logits_NC.Count} examples and {labels_N.Count} labels: there must be as many, at least one, and each label must be one "
                + "of the classes that there are logits of.",
                nameof(labels_N));
        }

        var (low, high) = (1 / Most, 1 / Least);
        if (Derivatives(low).Slope >= 0 || Derivatives(high).Slope <= 0)
        {
            return Derivatives(low).Slope >= 0 ? Most : Least;
        }

        var inverse = 1.0;
        for (var step = 0; step < MostSteps; step++)
        {
            var (slope, curvature) = Derivatives(inverse);
            if (Math.Abs(slope) <= Tolerance * inverse * curvature)
            {
                break;
            }

            (low, high) = slope > 0 ? (low, inverse) : (inverse, high);
            var next = inverse - slope / curvature;
            inverse = next > low && next < high ? next : Math.Sqrt(low * high);
        }

        return 1 / inverse;

        (double Slope, double Curvature) Derivatives(double inverse)
        {
            var (slope, curvature) = (0.0, 0.0);
            foreach (var (logits_C, label) in logits_NC.Zip(labels_N))
            {
                // By what each is below the largest, so that no exponential overflows.
                var (largest, sum, first, second) = (logits_C.Max(), 0.0, 0.0, 0.0);
                foreach (var logit in logits_C)
                {
                    var below = logit - largest;
                    var weight = Math.Exp(inverse * below);
                    (sum, first, second) = (sum + weight, first + weight * below, second + weight * below * below);
                }

                var mean = first / sum;
                slope += mean - (logits_C[label] - largest);
                curvature += second / sum - mean * mean;
            }

            return (slope, curvature);
        }
    }
}
