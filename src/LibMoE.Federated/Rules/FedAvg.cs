namespace LibMoE.Federated.Rules;

/// <summary>w ← Σ_k n_k·w_k / Σ_k n_k (McMahan et al. 2017, arXiv:1602.05629).</summary>
internal class FedAvg : ServerRule
{
    /// <inheritdoc />
    public override double[] Next(double[] current_P, double[] mean_P) => mean_P;
}
