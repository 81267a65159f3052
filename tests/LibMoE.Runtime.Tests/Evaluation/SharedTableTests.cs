namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>Tables that another library wrote.</summary>
public sealed class SharedTableTests
{
    [SkippableTheory]
    [InlineData("parquet/task-null.json", "element 1 of the field 'endings' is null where a text is needed")]
    [InlineData("parquet/task-nullj.json", "element 1 of the field 'endings' is null where a text is needed")]
    [InlineData("parquet/task-ts.json", null)]
    [InlineData("parquet-columns/stamped.json", null)]
    public void A_null_in_a_list_is_an_error_in_every_format_and_columns_that_nobody_names_are_none(string name, string? problem)
    {
        var folder = DataCache.Default().Folders.Select(data => Path.Combine(data, "..", "cases")).FirstOrDefault(Directory.Exists);
        Skip.If(folder is null, "there is no folder of shared cases beside the data folder");
        var path = Path.Combine(folder!, name);

        var fault = Record.Exception(
            () => Assert.NotEmpty(ItemReader.Read(TaskFile.Read(path), new DataCache([Path.GetDirectoryName(path)!])).Items));

        Assert.True(
            problem is null ? fault is null : fault is EvaluationDataException && fault.Message.Contains(problem, StringComparison.Ordinal),
            fault?.ToString());
    }
}
