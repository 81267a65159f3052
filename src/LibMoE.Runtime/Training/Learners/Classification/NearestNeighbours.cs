using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>The k nearest training examples vote (Fix and Hodges 1951): the baseline where examples of a class look alike.</summary>
public static class NearestNeighbours
{
    /// <summary>(votes + 1/C)/(k + 1) of each class for each test example, by Euclidean distance.</summary>
    /// <param name="data">The data.</param>
    /// <param name="neighbours">k.</param>
    /// <returns>float64 [N, C].</returns>
    public static Tensor Predict(ClassifierData data, int neighbours = 5)
    {
        using var scope = NewDisposeScope();
        var (train_MF, test_NF) = (data.Train.Table().to(ScalarType.Float32), data.Test.Table().to(ScalarType.Float32));
        using var labels_M = tensor(data.Train.Labels.Select(label => (long)label).ToArray());

        // ‖x − y‖² without ‖x‖², which is the same for all neighbours of x.
        var distances_NM = train_MF.Squared().sum([1]) - test_NF.matmul(train_MF.t()).Times(2);
        var (_, nearest_NK) = distances_NM.topk(neighbours, dim: 1, largest: false);
        var votes_NC = nn.functional.one_hot(labels_M.index_select(0, nearest_NK.flatten()), data.Classes.Count)
            .reshape(data.Test.Count, neighbours, data.Classes.Count).sum([1]).to(ScalarType.Float64);
        return votes_NC.Plus(1.0 / data.Classes.Count).Over(neighbours + 1).MoveToOuterDisposeScope();
    }
}
