namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>Items that are made of rows of two files, or of rows that follow each other.</summary>
public sealed class SourceRowsTests
{
    private static readonly EvaluationTask Pairs = new()
    {
        Name = "pairs",
        Version = 1,
        Title = "Pairs",
        Form = TaskForm.WholeText,
        Sources = [new() { Files = [new("more.tsv")], Format = DataFormat.Tsv, Beside = [new("less.tsv")] }],
        Choices = ["{text}", "{$beside.text}"],
        Metric = "acc",
        Options = 2,
        Chance = 0.5,
        Citation = "none",
        Licence = "CC0",
    };

    private static readonly EvaluationTask Rows = Pairs with
    {
        Sources = [new() { Files = [new("rows.tsv")], Format = DataFormat.Tsv, Together = 3, Answer = "{$2.right}" }],
        Choices = ["{text}", "{$1.text}"],
    };

    [Fact]
    public void The_rows_of_a_file_go_with_those_of_the_file_beside_it()
    {
        using var folder = new DataFolder().With("more.tsv", "kind\ttext\nx\ta\nx\tb\n").With("less.tsv", "text\nc\nd\n");

        var data = ItemReader.Read(Pairs, folder.Cache);

        Assert.Equal([["a", "c"], ["b", "d"]], data.Items.Select(item => item.Options.Select(option => option.Continuation)));
        Assert.Equal(["less.tsv", "more.tsv"], data.Files.Keys.Order());
    }

    [Fact]
    public void Rows_that_follow_each_other_are_one_item()
    {
        using var folder = new DataFolder().With("rows.tsv", "text\tright\na\t\nb\t\nc\t1\nd\t\ne\t\nf\t0\n");

        var items = ItemReader.Read(Rows, folder.Cache).Items;

        Assert.Equal([["a", "b"], ["d", "e"]], items.Select(item => item.Options.Select(option => option.Continuation)));
        Assert.Equal([1, 0], items.Select(item => item.Gold));
    }

    [Theory]
    [InlineData("text\nc\n", "'less.tsv' goes with it row by row, and ends after row 1")]
    [InlineData("text\nc\nd\ne\n", "less.tsv, line 3: the file goes on, where the rows that it goes with end after row 2")]
    [InlineData("other\nc\nd\n", "the field '$beside.text'")]
    public void Files_that_do_not_go_together_are_an_error(string less, string problem)
    {
        using var folder = new DataFolder().With("more.tsv", "text\na\nb\n").With("less.tsv", less);

        Assert.Contains(
            problem, Assert.Throws<EvaluationDataException>(() => ItemReader.Read(Pairs, folder.Cache)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_are_left_over_are_an_error()
    {
        using var folder = new DataFolder().With("rows.tsv", "text\tright\na\t\nb\t\nc\t1\nd\t\n");

        Assert.Contains(
            "3 rows that follow each other are one item, and 1 are left for the last",
            Assert.Throws<EvaluationDataException>(() => ItemReader.Read(Rows, folder.Cache)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_beside_others_is_named()
    {
        using var folder = new DataFolder().With("more.tsv", "text\na\n");

        Assert.Contains(
            "less.tsv", Assert.Throws<MissingDataException>(() => ItemReader.Read(Pairs, folder.Cache)).Message, StringComparison.Ordinal);
    }
}
