using LibMoE.Runtime.Evaluation.Scoring;

namespace LibMoE.Runtime.Tests.Evaluation.Scoring;

public sealed class BatchPlanTests
{
    [Theory]
    [InlineData(64, true, false)]
    [InlineData(1000, true, false)]
    [InlineData(1000, false, false)]
    [InlineData(1000, true, true)]
    [InlineData(1, true, false)]
    public void Every_request_is_in_one_batch_and_batches_keep_to_the_budget(int tokens, bool share, bool oneByOne)
    {
        var items = Items();

        var plan = BatchPlan.Make(items, tokens, share, oneByOne);

        var all = items.SelectMany(item => item.Requests).Select(request => (request.Item, request.Part)).Order();
        Assert.Equal(all, plan.SelectMany(batch => batch.Requests).Select(request => (request.Item, request.Part)).Order());
        Assert.Equal(Enumerable.Range(0, plan.Count), plan.Select(batch => batch.Number));
        Assert.All(plan.Where(batch => batch.SharedPrefix == 0 && batch.Requests.Count > 1), batch =>
            Assert.InRange(batch.Requests.Count * batch.Requests.Max(request => request.Inputs), 1, tokens));
        Assert.All(plan, batch => Assert.All(batch.Requests, request =>
            Assert.InRange(batch.Requests.Max(other => other.Inputs) - request.Inputs, 0, Math.Max(8, request.Inputs / 7))));
        Assert.Equal(share && !oneByOne, plan.Any(batch => batch.SharedPrefix > 0));
        Assert.All(plan, batch => Assert.Equal(oneByOne, batch.OneByOne));
    }

    [Fact]
    public void Items_share_their_own_prefix_only_and_are_not_torn_apart()
    {
        var plan = BatchPlan.Make(Items(), 200, share: true, oneByOne: false).Where(batch => batch.SharedPrefix > 0).ToList();

        Assert.All(plan.SelectMany(batch => batch.Requests.GroupBy(request => (request.Item, batch.SharedPrefix))), item =>
        {
            Assert.Equal(3, item.Count());
            Assert.Single(item.Select(request => string.Join(',', request.Ids[..item.Key.SharedPrefix])).Distinct());
            Assert.All(item, request => Assert.True(request.First > item.Key.SharedPrefix));
        });
    }

    /// <summary>60 items of 3 options with contexts of 2 to 61 tokens, and 20 of one.</summary>
    private static List<ItemRequests> Items()
    {
        var maker = new RequestMaker(new StartedBytes(), 128);
        return [.. Enumerable.Range(0, 80).Select(item => maker.Make(
            new EvaluationItem
            {
                Index = item,
                Place = "",
                Group = "",
                Form = item < 60 ? TaskForm.Choice : TaskForm.LastWord,
                Options = [.. Enumerable.Range(0, item < 60 ? 3 : 1).Select(option => new TextPair(
                    new string((char)('a' + (item % 26)), 2 + (item * 7 % 60)), $" {option}{new string('x', (item + option) % 4)}"))],
                Characters = [1, 1, 1],
                Bytes = [1, 1, 1],
                Gold = 0,
                Document = [],
            },
            item))];
    }
}
