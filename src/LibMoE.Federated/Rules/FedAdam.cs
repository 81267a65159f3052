namespace LibMoE.Federated.Rules;

/// <summary>
/// A step of Adam along the mean change (Reddi et al. 2021, arXiv:2003.00295, algorithm 2): with Δ = mean − w,
/// m ← β₁m + (1 − β₁)Δ; v ← β₂v + (1 − β₂)Δ²; w ← w + η·m/(√v + τ), without correction of the first steps.
/// </summary>
/// <param name="rate">η.</param>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂.</param>
/// <param name="tau">τ.</param>
internal sealed class FedAdam(double rate, double beta1, double beta2, double tau) : ServerRule
{
    private double[] _mean_P = [];
    private double[] _square_P = [];

    /// <inheritdoc />
    public override double[] Next(double[] current_P, double[] mean_P)
    {
        if (_mean_P.Length == 0)
        {
            (_mean_P, _square_P) = (new double[current_P.Length], new double[current_P.Length]);
        }

        var next_P = new double[current_P.Length];
        for (var place = 0; place < next_P.Length; place++)
        {
            var change = mean_P[place] - current_P[place];
            _mean_P[place] = beta1 * _mean_P[place] + (1 - beta1) * change;
            _square_P[place] = beta2 * _square_P[place] + (1 - beta2) * change * change;
            next_P[place] = current_P[place] + rate * _mean_P[place] / (Math.Sqrt(_square_P[place]) + tau);
        }

        return next_P;
    }
}
