namespace LibMoE.Runtime.Tests.Data.Conversations;

public sealed class ConversationOrderTests
{
    private static readonly ConversationTokens[] Mixed = [.. Enumerable.Range(0, 501).Select(number => new ConversationTokens(
        $"{number}", number % 3 == 0 ? [] : ["a.png"], new int[1 + number * 7919 % 400], []))];

    [Fact]
    public void An_epoch_visits_every_conversation_once_and_the_next_in_another_order()
    {
        var order = new ConversationOrder(Mixed, batch: 8, seed: 1);

        var first = Epoch(order, 0);
        var second = Epoch(order, 1);

        Assert.Equal((167 + 7) / 8 + (334 + 7) / 8, order.BatchesPerEpoch);
        Assert.Equal(Enumerable.Range(0, 501), first.SelectMany(batch => batch).Order());
        Assert.Equal(Enumerable.Range(0, 501), second.SelectMany(batch => batch).Order());
        Assert.NotEqual(first.SelectMany(batch => batch), second.SelectMany(batch => batch));
    }

    [Fact]
    public void A_batch_has_images_in_all_of_its_texts_or_in_none()
    {
        var order = new ConversationOrder(Mixed, batch: 8, seed: 1);

        Assert.All(Epoch(order, 0), batch => Assert.Single(batch.Select(number => Mixed[number].Images.Count > 0).Distinct()));
        // Both kinds are spread over the epoch.
        var kinds = Epoch(order, 0).Select(batch => Mixed[batch[0]].Images.Count > 0).ToList();
        Assert.True(kinds.Zip(kinds.Skip(1)).Count(pair => pair.First != pair.Second) > 10);
    }

    [Fact]
    public void Texts_of_a_batch_are_of_about_one_length_the_longest_first()
    {
        var order = new ConversationOrder(Mixed, batch: 8, seed: 1);
        var padding = Epoch(order, 0).Sum(batch => batch.Max(Length) * batch.Count - batch.Sum(Length));
        var random = Enumerable.Range(0, 501)
            .OrderBy(number => number * 31 % 501).Chunk(8).Sum(batch => batch.Max(Length) * batch.Length - batch.Sum(Length));

        Assert.All(Epoch(order, 0), batch => Assert.Equal(batch.OrderByDescending(Length), batch, (a, b) => Length(a) == Length(b)));
        Assert.True(padding < random / 4, $"{padding} tokens of padding, {random} without sorting");

        static int Length(int number) => Mixed[number].Ids.Length;
    }

    [Fact]
    public void The_step_and_the_seed_say_all()
    {
        var (one, two, other) =
            (new ConversationOrder(Mixed, 8, seed: 1), new ConversationOrder(Mixed, 8, seed: 1), new ConversationOrder(Mixed, 8, seed: 2));
        _ = Epoch(one, 0);

        Assert.Equal(one[200], two[200]);
        Assert.Equal(one[3], two[3]);
        Assert.NotEqual(Epoch(one, 0).SelectMany(batch => batch), Epoch(other, 0).SelectMany(batch => batch));
    }

    [Fact]
    public void No_conversations_and_no_batch_are_refused()
    {
        Assert.Throws<ConfigurationException>(() => new ConversationOrder([], 8, 1));
        Assert.Throws<ConfigurationException>(() => new ConversationOrder(Mixed, 0, 1));
    }

    private static List<IReadOnlyList<int>> Epoch(ConversationOrder order, int epoch) =>
        [.. Enumerable.Range(0, order.BatchesPerEpoch).Select(batch => order[(long)epoch * order.BatchesPerEpoch + batch])];
}
