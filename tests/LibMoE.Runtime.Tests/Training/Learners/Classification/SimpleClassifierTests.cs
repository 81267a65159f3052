using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners.Classification;

/// <summary>Baselines of classifiers against what defines them.</summary>
public sealed class SimpleClassifierTests
{
    [Fact]
    public void A_column_that_says_nothing_leaves_logistic_regression_the_share_of_each_class()
    {
        var data = Data([[5], [5], [5], [5]], [1, 1, 1, 0], [[5]], [1]);
        using var predicted_NC = LogisticRegression.Predict(data);

        Assert.Equal([0.25, 0.75], predicted_NC.data<double>().ToArray().Select(p => Math.Round(p, 6)));
    }

    [Fact]
    public void Logistic_regression_ends_where_the_penalised_gradient_is_nought()
    {
        using var scope = NewDisposeScope();
        var random = new Random(4);
        double[][] rows = [.. Enumerable.Range(0, 50).Select(_ => new[] { random.NextDouble() - 0.5, random.NextDouble() - 0.5, 1.0 })];
        double[] labels = [.. rows.Select(row => random.NextDouble() < 1 / (1 + Math.Exp(-4 * row[0] - 1)) ? 1.0 : 0)];
        var weights = LogisticRegression.Fit(tensor(rows.SelectMany(row => row).ToArray(), [50, 3]), tensor(labels), penalty: 0.7)
            .data<double>().ToArray();

        for (var column = 0; column < 3; column++)
        {
            var gradient = rows.Zip(labels).Sum(pair =>
                pair.First[column] * (1 / (1 + Math.Exp(-pair.First.Zip(weights, (x, w) => x * w).Sum())) - pair.Second));
            Assert.Equal(0, gradient + (column < 2 ? 0.7 * weights[column] : 0), 7);
        }
    }

    [Fact]
    public void Neighbours_vote_and_no_class_is_impossible()
    {
        var data = Data([[0], [1], [10], [11], [12]], [0, 0, 1, 1, 1], [[0.4f], [9]], [0, 1]);
        using var predicted_NC = NearestNeighbours.Predict(data, neighbours: 3);

        Assert.Equal([2.5 / 4, 1.5 / 4, 0.5 / 4, 3.5 / 4], predicted_NC.data<double>().ToArray());
    }

    private static ClassifierData Data(float[][] train, int[] labels, float[][] test, int[] truth) => new(
        "numbers", ["no", "yes"],
        new LabelledRows([.. train.SelectMany(row => row)], [train[0].Length], labels),
        new LabelledRows([.. test.SelectMany(row => row)], [test[0].Length], truth));
}
