using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Logistic regression for two classes, the baseline of tables: min_w Σ_n ln(1 + exp(−±w·x_n)) + λ/2·‖w‖², without the
/// intercept in the penalty, over standardised columns.</summary>
/// <remarks>Newton's method (iteratively reweighted least squares; McCullagh and Nelder 1989), in float64. λ = 1 is scikit-learn's
/// default.</remarks>
public static class LogisticRegression
{
    private const int MostSteps = 50;
    private const double Tolerance = 1e-8;

    /// <summary>The probabilities of both classes for each test example.</summary>
    /// <param name="data">Two classes.</param>
    /// <param name="penalty">λ, above 0.</param>
    /// <returns>float64 [N, 2].</returns>
    /// <exception cref="ArgumentException">The data has another number of classes.</exception>
    public static Tensor Predict(ClassifierData data, double penalty = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(penalty);
        if (data.Classes.Count != 2)
        {
            throw new ArgumentException($"Logistic regression is of two classes here; {data.Name} has {data.Classes.Count}.", nameof(data));
        }

        using var scope = NewDisposeScope();
        var (train_NF, test_NF) = Standardised(data.Train.Table(), data.Test.Table());
        using var labels_N = tensor(data.Train.Labels.Select(label => (double)label).ToArray());
        var weights_F = Fit(train_NF, labels_N, penalty);
        var yes_N = test_NF.mv(weights_F).sigmoid();
        return stack([yes_N.OneMinus(), yes_N], 1).MoveToOuterDisposeScope();
    }

    /// <summary>The weights at the minimum, float64 [F]; the last column of x is 1.</summary>
    internal static Tensor Fit(Tensor x_NF, Tensor labels_N, double penalty)
    {
        using var scope = NewDisposeScope();
        var columns = x_NF.shape[1];
        var penalties_F = tensor([.. Enumerable.Repeat(penalty, (int)columns - 1), 0.0]);
        var weights_F = zeros([columns], dtype: ScalarType.Float64);
        for (var step = 0; step < MostSteps; step++)
        {
            var p_N = x_NF.mv(weights_F).sigmoid();
            var gradient_F = x_NF.t().mv(p_N - labels_N).Plus(penalties_F * weights_F);
            if (gradient_F.abs().max().item<double>() < Tolerance)
            {
                break;
            }

            // A little on the diagonal keeps columns that never vary from making it singular.
            var hessian_FF = x_NF.t().matmul(x_NF * (p_N * p_N.OneMinus()).unsqueeze(1)).Plus(penalties_F.Plus(1e-9).diag());
            weights_F = weights_F - linalg.solve(hessian_FF, gradient_F);
        }

        return weights_F.MoveToOuterDisposeScope();
    }

    /// <summary>Columns of mean 0 and variance 1 over the training rows, and a last column of ones.</summary>
    private static (Tensor Train_NF, Tensor Test_NF) Standardised(Tensor train_NF, Tensor test_NF)
    {
        var mean_F = train_NF.mean([0]);
        var deviation_F = (train_NF - mean_F).Squared().mean([0]).sqrt().AtLeast(1e-12);
        return (Scaled(train_NF), Scaled(test_NF));

        Tensor Scaled(Tensor rows_NF) =>
            cat([(rows_NF - mean_F) / deviation_F, ones([rows_NF.shape[0], 1], dtype: ScalarType.Float64)], 1);
    }
}
