using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>Of each query example the class whose mean is nearest, c_k = mean of the support examples of k, argmin_k ‖x − c_k‖²: the
/// prototypes of Snell, Swersky and Zemel (2017), on features that need no adaptation.</summary>
internal static class NearestCentroid
{
    /// <summary>The share of query examples that it gets right.</summary>
    /// <param name="support_SD">Support examples, one of each class, then a second of each, and so on.</param>
    /// <param name="query_QD">Query examples, in the same order of classes.</param>
    /// <param name="ways">N.</param>
    public static double Accuracy(Tensor support_SD, Tensor query_QD, int ways)
    {
        using var scope = NewDisposeScope();
        var centres_ND = support_SD.to(ScalarType.Float64).reshape(-1, ways, support_SD.shape[1]).mean([0]);
        var (right, query) = (0, query_QD.to(ScalarType.Float64));

        // ‖x − c‖² without ‖x‖², which is the same for all centres.
        var distances_QN = centres_ND.Squared().sum([1]).sub(query.matmul(centres_ND.t()).Times(2));
        foreach (var (place, nearest) in distances_QN.argmin(1).data<long>().Index())
        {
            right += nearest == place % ways ? 1 : 0;
        }

        return (double)right / query_QD.shape[0];
    }
}
