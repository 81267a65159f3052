using LibMoE.Runtime.Training.Learners.FewShot;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners.FewShot;

/// <summary>Tasks: which examples they have, and that a number and a seed say which.</summary>
public sealed class FewShotTasksTests
{
    private static readonly LabelledRows Rows = new(
        [.. Enumerable.Range(0, 60).Select(row => (float)row)], [1], [.. Enumerable.Range(0, 60).Select(row => row % 12)]);

    [Fact]
    public void A_task_has_shots_and_queries_of_so_many_classes_without_repeats()
    {
        var tasks = new FewShotTasks(Rows, ways: 3, shots: 2, queries: 3, seed: 4);

        Assert.All(Enumerable.Range(0, 200).Select(number => tasks.At(number)), task =>
        {
            Assert.Equal(6, task.Support.Count);
            Assert.Equal(9, task.Query.Count);
            Assert.Equal(15, task.Support.Concat(task.Query).Distinct().Count());
            int[] classes = [.. task.Support.Take(3).Select(row => Rows.Labels[row])];
            Assert.Equal(3, classes.Distinct().Count());
            Assert.All(task.Support.Index(), item => Assert.Equal(classes[item.Index % 3], Rows.Labels[item.Item]));
            Assert.All(task.Query.Index(), item => Assert.Equal(classes[item.Index % 3], Rows.Labels[item.Item]));
        });
    }

    [Fact]
    public void Number_and_seed_decide_a_task()
    {
        Assert.Equal(Text(seed: 4), Text(seed: 4));
        Assert.NotEqual(Text(seed: 4), Text(seed: 5));
        Assert.True(Text(seed: 4).Split('|').Distinct().Count() > 95);

        static string Text(long seed)
        {
            var tasks = new FewShotTasks(Rows, 3, 2, 3, seed);
            return string.Join('|', Enumerable.Range(0, 100).Select(number => string.Join(' ', tasks.At(number).Support)));
        }
    }

    [Fact]
    public void Every_class_comes_as_often_as_chance_says_at_every_place()
    {
        var tasks = new FewShotTasks(Rows, ways: 3, shots: 1, queries: 1, seed: 9);
        const int Drawn = 4000;
        var counts = new int[3, 12];
        foreach (var task in Enumerable.Range(0, Drawn).Select(number => tasks.At(number)))
        {
            for (var way = 0; way < 3; way++)
            {
                counts[way, Rows.Labels[task.Support[way]]]++;
            }
        }

        // Five standard deviations of a binomial count.
        Assert.All(counts.Cast<int>(), count =>
            Assert.InRange(Math.Abs(count - Drawn / 12.0), 0, 5 * Math.Sqrt(Drawn / 12.0 * 11 / 12)));
    }

    [Fact]
    public void Inner_steps_take_examples_in_turn_and_all_where_there_are_no_more()
    {
        using var scope = NewDisposeScope();
        var task = new FewShotTasks(Rows, ways: 3, shots: 2, queries: 1, seed: 4).At(0);

        Assert.Equal(
            [.. task.Support.Skip(4), .. task.Support.Take(2)], task.Step(1, 4, CPU).X.data<float>().Select(value => (int)value));
        Assert.Equal([1L, 2, 0, 1], task.Step(1, 4, CPU).Y_N.data<long>().ToArray());
        Assert.Equal(task.Support, task.Step(7, 10, CPU).X.data<float>().Select(value => (int)value));
    }

    [Fact]
    public void Nearest_centroids_are_class_means_by_hand()
    {
        using var scope = NewDisposeScope();

        // Means (1, 0) and (0, 3); the last query is nearer to the other class's.
        var support_SD = tensor(new[] { 0.0, 0, 0, 2, 2, 0, 0, 4 }, [4, 2]);
        var query_QD = tensor(new[] { 1.0, 1, 1, 2, 0, 0, 1, 1 }, [4, 2]);

        Assert.Equal(0.75, NearestCentroid.Accuracy(support_SD, query_QD, 2));
    }
}
