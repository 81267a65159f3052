using LibMoE.Runtime.Evaluation.Reading;
using LibMoE.Runtime.Evaluation.Tasks;
using LibMoE.Runtime.Rows;
using LibMoE.Runtime.Tests.Data;
using Parquet;
using Parquet.Schema;
using static LibMoE.Runtime.Tests.Data.ParquetForge;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>Tables whose levels are written out by hand, as Dremel's paper has them, and what rows they stand for.</summary>
public sealed class ParquetRowsTests
{
    private static readonly ParquetSchema Schema = new(
        new DataField<string>("question"),
        new ListField("endings", new DataField<string>("element")),
        new ListField("choices", new StructField("element", new DataField<string>("text"), new DataField<DateTime?>("at"))),
        new ListField("matrix", new ListField("element", new DataField<int?>("element"))),
        new StructField("meta", new DataField<string>("source"), new DataField<DateTime?>("when")),
        new DataField<DateTime>("stamp"),
        new DataField<double>("score"));

    [Fact]
    public async Task A_null_in_a_list_stays_where_it_is_and_an_empty_list_is_neither_missing_nor_null() => Assert.Equal(
        ["""{"endings":["a",null,"b"]}""", """{"endings":[]}""", """{"endings":null}""", """{"endings":["c"]}"""],
        await Rows("endings"));

    [Fact]
    public async Task Lists_of_structs_and_of_lists_keep_every_kind_of_nothing_apart()
    {
        Assert.Equal(
            ["""{"choices":[{"text":"x"},null,{"text":null}]}""", """{"choices":[]}""", """{"choices":[{"text":"y"}]}""",
                """{"choices":null}"""],
            await Rows("choices.text"));
        Assert.Equal(
            ["""{"matrix":[[1,2],[],null,[null,3]]}""", """{"matrix":null}""", """{"matrix":[]}""", """{"matrix":[[4]]}"""],
            await Rows("matrix"));
    }

    [Fact]
    public async Task Structs_may_be_null_and_are_read_in_part()
    {
        Assert.Equal(
            ["""{"meta":{"source":"web"}}""", """{"meta":{"source":null}}""", """{"meta":null}""", """{"meta":{"source":"book"}}"""],
            await Rows("meta.source"));
        Assert.Equal("""{"question":"Why?","meta":{"source":"web"}}""", (await Rows("meta.source", "question", "nothing"))[0]);
    }

    [Fact]
    public async Task A_place_in_a_list_asks_for_the_list() =>
        Assert.Equal("""{"choices":[{"text":"x"},null,{"text":null}],"matrix":[[1,2],[],null,[null,3]]}""",
            (await Rows("choices.text.0", "matrix.0.1"))[0]);

    [Fact]
    public async Task A_group_of_rows_after_the_other_is_read()
    {
        var rows = Read(await Table(groups: 3), "endings").ToList();

        Assert.Equal(Enumerable.Range(1, 12), rows.Select(row => (int)row.Line));
        Assert.Equal(rows.Take(4).Select(row => row.Values.ToJsonString()), rows.Skip(8).Select(row => row.Values.ToJsonString()));
    }

    [Fact]
    public async Task A_column_of_a_type_without_text_is_an_error_only_where_it_is_asked_for()
    {
        var fault = await Assert.ThrowsAsync<EvaluationDataException>(() => Rows("stamp"));
        var nested = await Assert.ThrowsAsync<EvaluationDataException>(() => Rows("meta"));

        Assert.Contains("the column stamp is of type DateTime, of which no text is made", fault.Message, StringComparison.Ordinal);
        Assert.Contains("the column meta.when is of type DateTime, of which no text is made", nested.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_column_is_named_with_those_that_the_table_has()
    {
        var row = Read(await Table(), "answer").First();

        Assert.EndsWith(
            "the field 'answer' is missing; the row has question, endings, choices, matrix, meta, stamp, score.",
            Assert.Throws<EvaluationDataException>(() => row.Find("answer")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_a_number_is_an_error_only_where_it_is_asked_for()
    {
        var row = Read(await Table(), "score").First();

        Assert.Contains(
            "the field 'score' is NaN where a text is needed",
            Assert.Throws<EvaluationDataException>(() => row.AsText("score", row.Find("score"))).Message, StringComparison.Ordinal);
        Assert.Equal("""{"score":null}""", ItemDocument.Of(row.Values).ToJsonString());
    }

    [Theory]
    [InlineData("{endings}", "element 1 of the field 'endings' is null where a text is needed")]
    [InlineData("{choices.text}", "the field 'choices.text' cannot be read: element 1 of 'choices' is null")]
    [InlineData("{matrix.2.0}", "the field 'matrix.2.0' cannot be reached: 'matrix.2' is null")]
    public async Task A_null_in_a_list_is_an_error_by_its_place(string template, string problem)
    {
        var filled = new TaskTemplate(template);
        var row = Read(await Table(), [.. filled.Places]).First();

        var fault = Assert.Throws<EvaluationDataException>(() => filled.FillAll(row));

        Assert.Equal(1, fault.Line);
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parallel_lists_of_a_table_become_a_row_an_element()
    {
        using var folder = new DataFolder().With("sample.parquet", await Table());
        var task = SampleTask.OfTarget(TaskForm.Text, MetricNames.WordPerplexity) with
        {
            Sources = [new() { Files = [new("sample.parquet")], Format = DataFormat.Parquet, Each = ["endings"] }],
            Target = "{endings}",
        };

        var data = Record.Exception(() => ItemReader.Read(task, folder.Cache));

        Assert.Contains(
            "element 1 of the field 'endings' is null", Assert.IsType<EvaluationDataException>(data).Message, StringComparison.Ordinal);
    }

    /// <summary>Of the format's page on nested types: repeated fields without a group, and lists of two levels by older writers.</summary>
    [Fact]
    public void Lists_of_older_writers_are_lists()
    {
        Thrift[] bare = [Struct((4, Text("root")), (5, I32(1))), Struct((1, I32(6)), (3, I32(2)), (4, Text("t")), (6, I32(0)))];
        Thrift[] twoLevels =
        [
            Struct((4, Text("root")), (5, I32(1))), Struct((3, I32(0)), (4, Text("t")), (5, I32(1)), (6, I32(3))),
            Struct((1, I32(6)), (3, I32(2)), (4, Text("array")), (6, I32(0))),
        ];

        Assert.Equal(["""{"t":["a","b"]}""", """{"t":["c"]}"""], Read(Repeated(bare, "t"), "t").Select(row => row.Values.ToJsonString()));
        Assert.Equal(["""{"t":["a","b"]}""", """{"t":["c"]}"""], Read(Repeated(twoLevels, "t", "array"), "t").Select(
            row => row.Values.ToJsonString()));
    }

    /// <summary>Three texts in two rows: repetition levels 0, 1, 0 and definition levels 1, 1, 1, in the format's hybrid of runs
    /// and packed bits.</summary>
    private static byte[] Repeated(Thrift[] schema, params string[] path)
    {
        byte[] levels = [.. BitConverter.GetBytes(2), 3, 0b010, .. BitConverter.GetBytes(2), 6, 1];
        var content = Bytes(DataPage(3, [.. levels, .. Plain("a", "b", "c")]));
        var column = Struct(
            (1, I32(6)), (2, List(I32(0))), (3, List([.. path.Select(Text)])), (4, I32(0)), (5, I64(3)), (6, I64(content.Length)),
            (7, I64(content.Length)), (9, I64(4)));
        return ParquetForge.File(content, Struct(
            (1, I32(1)), (2, List(schema)), (3, I64(2)),
            (4, List(Struct((1, List(Struct((2, I64(4)), (3, column)))), (2, I64(content.Length)), (3, I64(2)))))));
    }

    private static async Task<List<string>> Rows(params string[] asked) =>
        [.. Read(await Table(), asked).Select(row => row.Values.ToJsonString())];

    private static IEnumerable<DataRow> Read(byte[] table, params string[] asked) =>
        ParquetRows.Read(new DataEntry("sample.parquet", new MemoryStream(table)), asked.ToHashSet());

    private static async Task<byte[]> Table(int groups = 1)
    {
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(Schema, stream))
        {
            var fields = Schema.GetDataFields();
            for (var group = 0; group < groups; group++)
            {
                using var rows = writer.CreateRowGroup();
                await Texts(rows, fields[0], ["Why?", "How?", "Who?"], [1, 1, 0, 1], null);
                await Texts(rows, fields[1], ["a", "b", "c"], [3, 2, 3, 1, 0, 3], [0, 1, 1, 0, 0, 0]);
                await Texts(rows, fields[2], ["x", "y"], [4, 2, 3, 1, 4, 0], [0, 1, 1, 0, 0, 0]);
                await rows.WriteAllPartsAsync<DateTime>(
                    fields[3], new[] { DateTime.UnixEpoch }, new[] { 4, 2, 3, 1, 3, 0 }, new[] { 0, 1, 1, 0, 0, 0 }, default);
                await rows.WriteAllPartsAsync<int>(
                    fields[4], new[] { 1, 2, 3, 4 }, new[] { 5, 5, 3, 2, 4, 5, 0, 1, 5 }, new[] { 0, 2, 1, 1, 1, 2, 0, 0, 0 }, default);
                await Texts(rows, fields[5], ["web", "book"], [2, 1, 0, 2], null);
                await rows.WriteAllPartsAsync<DateTime>(fields[6], new[] { DateTime.UnixEpoch }, new[] { 2, 1, 0, 1 }, null, default);
                await rows.WriteAllPartsAsync<DateTime>(fields[7], Enumerable.Repeat(DateTime.UnixEpoch, 4).ToArray(), null, null, default);
                await rows.WriteAllPartsAsync<double>(fields[8], new[] { double.NaN, 1, 2, 3 }, null, null, default);
            }
        }

        return stream.ToArray();
    }

    private static async Task Texts(ParquetRowGroupWriter rows, DataField field, string[] texts, int[] definitions, int[]? repetitions) =>
        await rows.WriteAllPartsAsync<ReadOnlyMemory<char>>(
            field, texts.Select(text => text.AsMemory()).ToArray(), definitions,
            repetitions is null ? default(ReadOnlyMemory<int>?) : repetitions, default);
}
