using LibMoE.Runtime.Tests.Evaluation.Reference;
using LibMoE.Runtime.Tests.Evaluation.Running;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>easy-VQA itself, where a data folder has it.</summary>
public sealed class EasyVqaTests
{
    [SkippableFact]
    public void Every_question_has_its_image_and_one_of_thirteen_answers()
    {
        var data = BenchmarkData.Read(KnownTasks.EasyVqa);

        Assert.Equal((9673, 0), (data.Items.Count, data.Refused.Count));
        Assert.Equal(13, data.Items.Select(item => item.Key!.Target).Distinct().Count());
        Assert.Equal("color 1280, presence 7136, shape 1257",
            string.Join(", ", data.FoundByGroup.OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Value}")));
        Assert.InRange(data.Items.Select(item => item.Images.Single().Sha256).Distinct().Count(), 900, 1000);
        Assert.All(data.Items.Take(20), item => Assert.Equal([0x89, 0x50, 0x4e, 0x47], item.Images.Single().Bytes()[..4]));
    }

    [SkippableFact]
    public void Without_looking_the_training_questions_say_this_much()
    {
        var data = BenchmarkData.Read(KnownTasks.EasyVqa);
        var blind = new QuestionOnlyBaseline(ItemReader.ReadDevelopment(KnownTasks.EasyVqa, DataCache.Default()));

        var result = TaskResult.Of(KnownTasks.EasyVqa, new Evaluator(DataCache.Default(), new()).Run(blind, KnownTasks.EasyVqa), 0);

        // Counted once more, in plain loops over the files.
        Assert.Equal(Count(data), result.Score.Value, 12);
        Assert.InRange(result.Score.Value, 0.5, 0.8);
        Assert.InRange(result.Groups["color"].Value, 0.05, 0.3);
        Assert.InRange(result.Groups["shape"].Value, 0.25, 0.6);
        Assert.True(result.Groups["presence"].Value > 0.6);
    }

    [SkippableFact]
    public void One_who_knows_the_answers_gets_them_right()
    {
        var data = BenchmarkData.Read(KnownTasks.EasyVqa, limit: 50);
        var known = data.Items.ToDictionary(item => item.Options[0].Context + item.Images[0].Sha256, item => item.Key!.Target);

        var outcome = new Evaluator(DataCache.Default(), new() { Limit = 50 })
            .Run(new FakeEyes(question => known[question.Prompt + question.Images[0].Sha256]), KnownTasks.EasyVqa);

        Assert.Equal(1, TaskResult.Of(KnownTasks.EasyVqa, outcome, 0).Score.Value);
    }

    private static double Count(TaskData data)
    {
        var counts = new Dictionary<string, Dictionary<string, int>>();
        foreach (var item in ItemReader.ReadDevelopment(KnownTasks.EasyVqa, DataCache.Default()))
        {
            var answers = counts.TryGetValue(item.Options[0].Context, out var known) ? known : counts[item.Options[0].Context] = [];
            answers[item.Key!.Target] = answers.GetValueOrDefault(item.Key.Target) + 1;
        }

        var right = 0;
        foreach (var item in data.Items)
        {
            var answers = counts[item.Options[0].Context];
            var most = answers.Values.Max();
            var said = answers.Where(answer => answer.Value == most).Select(answer => answer.Key).Min(StringComparer.Ordinal);
            right += said == item.Key!.Target ? 1 : 0;
        }

        return (double)right / data.Items.Count;
    }
}
