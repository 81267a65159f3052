using System.Text;

namespace LibMoE.Runtime.Tests.Evaluation;

public sealed class MalformedDataTests
{
    private const string Right = """{"q": "Why?", "o": ["x", "y"], "a": 1}""";

    private static readonly EvaluationTask Sample = new()
    {
        Name = "sample",
        Version = 1,
        Title = "",
        Form = TaskForm.Choice,
        Sources = [new() { Files = [new("sample.jsonl")], Format = DataFormat.JsonLines, Answer = "{a}" }],
        Prompt = "{q}",
        Choices = ["{o}"],
        Metric = MetricNames.Accuracy,
        Options = 2,
        Citation = "",
        Licence = "",
    };

    [Theory]
    [InlineData("""{"o": ["x", "y"], "a": 1}""", "the field 'q' is missing; the row has o, a")]
    [InlineData("""{"q": "Why?", "o": ["x", "y"]}""", "the field 'a' is missing")]
    [InlineData("""{"q": "Why?", "o": ["x", "y"], "a": 2}""", "the label '2' is out of range; allowed are 0 to 1")]
    [InlineData("""{"q": "Why?", "o": ["x", "y"], "a": -1}""", "the label '-1' is out of range")]
    [InlineData("""{"q": "Why?", "o": ["x", "y"], "a": "B"}""", "the label 'B' is out of range")]
    [InlineData("""{"q": "Why?", "o": [], "a": 0}""", "the item has 0 options; a choice needs at least 2")]
    [InlineData("""{"q": "Why?", "o": ["x"], "a": 0}""", "the item has 1 options")]
    [InlineData("""{"q": "Why?", "o": ["x", "y", "z"], "a": 0}""", "the item has 3 options; every item of 'sample' has 2")]
    [InlineData("""{"q": "Why?", "o": ["x", " "], "a": 0}""", "option 1 of 2 is empty")]
    [InlineData("""{"q": "Why?", "o": "xy", "a": 0}""", "the item has 1 options")]
    [InlineData("""{"q": {"text": "Why?"}, "o": ["x", "y"], "a": 0}""", "the field 'q' is an object")]
    [InlineData("""{"q": null, "o": ["x", "y"], "a": 0}""", "the field 'q' is null where a value is needed")]
    [InlineData("""{"q": "Why?", "o": ["x", null], "a": 0}""", "element 1 of the field 'o' is null where a text is needed")]
    [InlineData("""{"q": "Why?", "o": null, "a": 0}""", "the field 'o' is null where a value is needed")]
    public void An_item_with_a_fault_is_an_error_by_line_or_counted_as_refused(string line, string problem)
    {
        using var folder = new DataFolder().With("sample.jsonl", $"{Right}\n{line}\n{Right}\n");

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(Sample, folder.Cache));
        var data = ItemReader.Read(Sample, folder.Cache, new() { RefuseMalformed = true });

        Assert.Equal(("sample.jsonl", 2), (fault.File, fault.Line));
        Assert.StartsWith("sample.jsonl, line 2: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
        Assert.Equal((3, 2), (data.Found, data.Items.Count));
        Assert.Equal("sample.jsonl:2", Assert.Single(data.Refused).Place);
        Assert.Contains(problem, data.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Equal([0, 2], data.Items.Select(item => item.Index));
    }

    [Theory]
    [InlineData("""{"q": "Why?", """, "this is not JSON")]
    [InlineData("""["x"]""", "the line is no JSON object")]
    [InlineData("""{"q": "a", "q": "b", "o": ["x", "y"], "a": 0}""", "this is not JSON")]
    public void A_damaged_line_is_always_an_error(string line, string problem)
    {
        using var folder = new DataFolder().With("sample.jsonl", $"{Right}\n{Right}\n{line}\n");

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(Sample, folder.Cache, new() { RefuseMalformed = true }));

        Assert.StartsWith($"sample.jsonl, line 3: {problem}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(500)]
    public void A_gzip_that_ends_early_is_an_error(int missing)
    {
        var lines = string.Concat(
            Enumerable.Range(0, 2000).Select(index => Right.Replace("Why", $"Why {index * 7919 % 1000}", StringComparison.Ordinal) + "\n"));
        using var folder = new DataFolder().With("sample.jsonl.gz", DataFolder.Gzip(Encoding.UTF8.GetBytes(lines))[..^missing]);

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(In("sample.jsonl.gz"), folder.Cache));

        Assert.Contains("damaged or cut short", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("sample.jsonl.gz, line ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_100_MB_is_an_error_and_is_not_held_in_memory()
    {
        using var folder = new DataFolder();
        using (var file = File.Create(Path.Combine(folder.Path, "sample.jsonl")))
        {
            file.Write(Encoding.UTF8.GetBytes(Right + "\n{\"q\": \""));
            file.SetLength(100 << 20);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(Sample, folder.Cache));

        Assert.Equal("sample.jsonl, line 2: the line is longer than 8 MiB.", fault.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_an_error()
    {
        using var folder = new DataFolder().With("sample.jsonl", [.. Encoding.UTF8.GetBytes(Right), (byte)'\n', 0xC3, 0x28]);

        Assert.Equal(
            "sample.jsonl, line 2: the line is not UTF-8.",
            Assert.Throws<EvaluationDataException>(() => ItemReader.Read(Sample, folder.Cache)).Message);
    }

    [Fact]
    public void Windows_line_ends_a_byte_order_mark_and_empty_lines_are_no_faults()
    {
        using var folder = new DataFolder().With("sample.jsonl", $"\uFEFF{Right}\r\n\r\n{Right}\r\n");

        Assert.Equal(2, ItemReader.Read(Sample, folder.Cache).Items.Count);
    }

    [Fact]
    public void A_zip_entry_that_is_named_like_data_but_is_none_is_an_error_by_its_name()
    {
        using var folder = new DataFolder()
            .WithZip("sample.zip", ("data/a.jsonl", Right), ("data/b.jsonl", "\0\u0001\u0002"), ("notes.txt", "not read"));

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(In("sample.zip", "data/*.jsonl"), folder.Cache));

        Assert.StartsWith("sample.zip/data/b.jsonl, line 1: this is not JSON", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_whose_entry_does_not_have_its_checksum_is_an_error()
    {
        var stored = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(stored, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            using var writer = new StreamWriter(
                archive.CreateEntry("a.jsonl", System.IO.Compression.CompressionLevel.NoCompression).Open());
            writer.Write(Right);
        }

        var bytes = stored.ToArray();
        bytes[bytes.AsSpan().IndexOf("Why"u8)] = (byte)'w';
        using var folder = new DataFolder().With("sample.zip", bytes);

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(In("sample.zip"), folder.Cache));

        Assert.Contains("checksum", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sample.zip", "*.jsonl", "no entry of the archive is named like '*.jsonl'")]
    [InlineData("sample.zip", null, "this is not JSON")]
    public void A_zip_without_the_data_is_an_error(string file, string? entries, string problem)
    {
        using var folder = new DataFolder().WithZip(file, ("readme.txt", "hello"), ("__MACOSX/._a.jsonl", "junk"));

        Assert.Contains(
            problem, Assert.Throws<EvaluationDataException>(() => ItemReader.Read(In(file, entries), folder.Cache)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sample.zip")]
    [InlineData("sample.tar")]
    [InlineData("sample.tar.gz")]
    public void An_archive_that_is_none_is_an_error(string file)
    {
        using var folder = new DataFolder().With(file, Encoding.UTF8.GetBytes(new string('x', 2000)));

        Assert.StartsWith(
            file, Assert.Throws<EvaluationDataException>(() => ItemReader.Read(In(file), folder.Cache)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "line 3: the row has 1 fields where the first has 2")]
    [InlineData("a,b\n1,\"2\n3,4\n", "line 2: a quoted field is never closed")]
    [InlineData("a,a\n1,2\n", "line 1: two columns have the same name")]
    public void Wrong_CSV_is_an_error_by_line(string text, string problem)
    {
        using var folder = new DataFolder().With("sample.csv", text);
        var task = Sample with
        {
            Sources = [new() { Files = [new("sample.csv")], Format = DataFormat.Csv }],
            Prompt = "{a}",
            Choices = ["{a}", "{b}"]
        };

        Assert.Contains(
            problem, Assert.Throws<EvaluationDataException>(() => ItemReader.Read(task, folder.Cache)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 A .\n3 B .\n", "line 2: the line should start with the number 2")]
    [InlineData("1 A .\n2 B XXXXX .\tb\n", "line 2: a question line has a question with XXXXX, an answer and candidates")]
    [InlineData("1 A .\n2 No blank .\tb\t\ta|b\n", "line 2: a question line")]
    [InlineData("1 A .\n2 B .\n", "the file ends after line 2 of an item")]
    [InlineData("1 A XXXXX .\tc\t\ta|b\n", "the label 'c' is not one of a, b")]
    public void A_wrong_Children_s_Book_Test_is_an_error_by_line(string text, string problem)
    {
        using var folder = new DataFolder().With("cbtest_NE_test.txt", text);
        var task = KnownTasks.Cbt with
        {
            Sources = [KnownTasks.Cbt.Sources[0] with { Files = [new("cbtest_NE_test.txt")] }],
            OptionsVary = true,
        };

        Assert.Contains(
            problem, Assert.Throws<EvaluationDataException>(() => ItemReader.Read(task, folder.Cache)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0\n", "goes with it row by row, and ends after row 1")]
    [InlineData("0\n1\n1\n", "the file goes on, where the rows that it goes with end after row 2")]
    [InlineData("0\ntwo\n", "the label 'two' is out of range")]
    public void Labels_that_do_not_fit_the_rows_are_an_error(string labels, string problem)
    {
        using var folder = new DataFolder().With("sample.jsonl", $"{Right}\n{Right}\n").With("labels.lst", labels);
        var task = Sample with { Sources = [Sample.Sources[0] with { Labels = new("labels.lst"), Answer = "{$label}" }] };

        Assert.Contains(
            problem, Assert.Throws<EvaluationDataException>(() => ItemReader.Read(task, folder.Cache)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parallel_lists_of_different_length_are_an_error()
    {
        using var folder = new DataFolder().With("sample.json", """{"q": ["Why?", "How?"], "o": [["x", "y"]], "a": 0}""");
        var task =
            Sample with { Sources = [new() { Files = [new("sample.json")], Format = DataFormat.Json, Each = ["q", "o"], Answer = "{a}" }] };

        Assert.Contains(
            "the lists 'q' (2), 'o' (1) differ in length",
            Assert.Throws<EvaluationDataException>(() => ItemReader.Read(task, folder.Cache)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Parquet_file_that_is_none_is_an_error()
    {
        using var folder = new DataFolder().With("sample.parquet", "PAR1 but no more PAR1");
        var task = Sample with { Sources = [new() { Files = [new("sample.parquet")], Format = DataFormat.Parquet, Answer = "{a}" }] };

        Assert.StartsWith(
            "sample.parquet: this is not a readable Parquet file",
            Assert.Throws<EvaluationDataException>(() => ItemReader.Read(task, folder.Cache)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HellaSwag_text_that_ends_within_an_item_is_an_error()
    {
        using var folder = new DataFolder().With("hellaswag/hellaswag_val_full.txt", "A: b\n0\nw\nx\ny\nz\nA: c\n1\n");
        var task = KnownTasks.HellaSwag with
        {
            Sources = [KnownTasks.HellaSwag.Sources[1] with { Files = [new("hellaswag/hellaswag_val_full.txt")] }]
        };

        Assert.Contains(
            "the file ends 2 lines into an item", Assert.Throws<EvaluationDataException>(() => ItemReader.Read(task, folder.Cache)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_another_hash_is_refused_and_named()
    {
        using var folder = new DataFolder().With("copa/copa.jsonl", Right);

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(KnownTasks.Copa, folder.Cache));

        Assert.Contains("copa.jsonl", fault.Message, StringComparison.Ordinal);
        Assert.Contains("where task 'copa' names 595dca44", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_usable_item_is_an_error()
    {
        using var folder = new DataFolder().With("sample.jsonl", "\n\n");

        Assert.Contains(
            "found no usable item", Assert.Throws<EvaluationDataException>(() => ItemReader.Read(Sample, folder.Cache)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_are_refused_where_there_is_no_development_split()
    {
        using var folder = new DataFolder().With("sample.jsonl", Right);

        Assert.Contains(
            "no development split",
            Assert.Throws<ArgumentException>(() => ItemReader.Read(Sample, folder.Cache, new() { Shots = 1 })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DataFormat.JsonLines, ".jsonl")]
    [InlineData(DataFormat.Json, ".json")]
    [InlineData(DataFormat.Csv, ".csv")]
    [InlineData(DataFormat.Parquet, ".parquet")]
    [InlineData(DataFormat.ChildrensBook, ".txt")]
    [InlineData(DataFormat.SixLines, ".gz")]
    [InlineData(DataFormat.JsonLines, ".zip")]
    [InlineData(DataFormat.JsonLines, ".tar")]
    [InlineData(DataFormat.Text, ".tgz")]
    public void Random_bytes_are_never_more_than_an_error_of_ours(DataFormat format, string extension)
    {
        var random = new Random(20261);
        byte[][] seeds =
        [
            Encoding.UTF8.GetBytes($"{Right}\n"), "q,o,a\n\"x\",y,0\n"u8.ToArray(), "1 A XXXXX .\ta\t\ta|b\n"u8.ToArray(),
            DataFolder.Gzip("A: b\n0\nw\nx\ny\nz\n"u8.ToArray()), DataFolder.Zip(("a.jsonl", Right)), DataFolder.Tar(("a.jsonl", Right)),
        ];
        for (var round = 0; round < 60; round++)
        {
            var bytes = (byte[])seeds[random.Next(seeds.Length)].Clone();
            for (var flips = random.Next(1, 8); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            using var folder = new DataFolder().With($"sample{extension}", bytes[..random.Next(bytes.Length + 1)]);
            var task = Sample with { Sources = [new() { Files = [new($"sample{extension}")], Format = format, Answer = "{a}" }] };

            var fault = Record.Exception(() => ItemReader.Read(task, folder.Cache));

            Assert.True(fault is null or EvaluationDataException, $"round {round}: {fault}");
        }
    }

    private static EvaluationTask In(string file, string? entries = null) => Sample with
    {
        Sources = [Sample.Sources[0] with { Files = [new(file) { Entries = entries }] }],
    };
}
