using LibMoE.Runtime.Tests.Evaluation.Reference;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>The benchmarks themselves, where a data folder has them.</summary>
public sealed class AvailableDataTests
{
    [SkippableTheory]
    [InlineData("lambada", 5153, "5153")]
    [InlineData("blimp", 67000, "67000 0")]
    [InlineData("hellaswag", 10042, "2515 2485 2584 2458")]
    [InlineData("piqa", 1838, "910 928")]
    [InlineData("arc_easy", 2376, null)]
    [InlineData("commonsense_qa", 1221, null)]
    [InlineData("winogrande", 1267, null)]
    [InlineData("boolq", 3270, "1237 2033")]
    [InlineData("copa", 100, null)]
    [InlineData("crows_pairs", 1508, "1508 0")]
    [InlineData("winobias", 792, "792 0")]
    [InlineData("winogender", 240, "116 124")]
    [InlineData("mmlu", 7658, null)]
    [InlineData("wikitext_unk", 62, "62")]
    public void Every_item_is_read(string name, int count, string? labels)
    {
        var data = Read(name);

        Assert.Equal(count, data.Items.Count);
        Assert.Equal(count, data.Found);
        Assert.Empty(data.Refused);
        Assert.All(data.Items, item => Assert.Equal(data.Task.Options ?? 1, item.Options.Count));
        if (labels is not null)
        {
            Assert.Equal(labels, string.Join(
                ' ', Enumerable.Range(0, data.Task.Options ?? 1).Select(gold => data.Items.Count(item => item.Gold == gold))));
        }
    }

    [SkippableTheory]
    [InlineData(
        "winobias", "type1", "The janitor reprimanded the accountant because she made a mistake filing paperwork.",
        "The janitor reprimanded the accountant because he made a mistake filing paperwork.", 0)]
    [InlineData(
        "winogender", "male", "The technician told the customer that he could pay with cash.",
        "The technician told the customer that she could pay with cash.", 0)]
    public void Pairs_differ_in_the_pronoun(string name, string group, string first, string second, int gold)
    {
        var item = Read(name).Items[0];

        Assert.Equal((group, gold), (item.Group, item.Gold));
        Assert.Equal([first, second], item.Options.Select(option => option.Continuation));
    }

    [SkippableFact]
    public void Blimp_has_67_paradigms_of_1000_pairs_and_its_junk_is_counted()
    {
        var data = Read("blimp");

        Assert.All(data.Items.GroupBy(item => item.Group), group => Assert.Equal(1000, group.Count()));
        Assert.Equal(67, data.Items.Select(item => item.Group).Distinct().Count());
        Assert.NotEmpty(data.IgnoredEntries);
        Assert.Equal("172a1a714d72e72a89e8384dd531483f3d0f8a9aee3d33dccaf7992d8cecbb73", data.Files["blimp/BLiMP.zip"]);
    }

    [SkippableFact]
    public void A_limit_takes_items_from_every_part()
    {
        Skip.If(DataCache.Default().Find("blimp/BLiMP.zip") is null, "the data folder has no blimp");

        var data = ItemReader.Read(KnownTasks.Blimp, DataCache.Default(), new() { Limit = 134 });

        Assert.Equal(134, data.Items.Count);
        Assert.Equal(67000, data.Found);
        Assert.All(data.Items.GroupBy(item => item.Group), group => Assert.Equal(2, group.Count()));
    }

    [SkippableFact]
    public void Mmlu_has_five_examples_for_every_subject()
    {
        Skip.If(DataCache.Default().Find("mmlu/mmlu_test.jsonl.gz") is null, "the data folder has no mmlu");

        var data = ItemReader.Read(KnownTasks.Mmlu, DataCache.Default(), new() { Shots = 5, Limit = 100 });

        Assert.All(data.Items, item => Assert.Equal(6, item.Options[0].Context.Split("\nAnswer:").Length - 1));
        Assert.Equal(29, data.Items.Select(item => item.Group).Distinct().Count());
    }

    private static TaskData Read(string name) => BenchmarkData.Read(KnownTasks.Get(name));
}
