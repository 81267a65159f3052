using Parquet.Serialization;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>Small samples in the formats that the benchmarks' authors distribute.</summary>
public sealed class OfficialFormatTests
{
    [Fact]
    public void Lambada_is_split_at_its_last_blank() => Check(
        KnownTasks.Lambada,
        new DataFolder().With("lambada/lambada_test.jsonl", """{"text": "He gave her the ring and asked for her hand"}"""),
        Item("", 0, [new("He gave her the ring and asked for her", " hand")]));

    [Fact]
    public void Blimp_reads_its_paradigms_and_leaves_Finder_s_files() => Check(
        KnownTasks.Blimp,
        new DataFolder().WithZip(
            "blimp/BLiMP.zip",
            ("data/", ""),
            ("data/b_case.jsonl",
                """{"sentence_good": "She saw herself.", "sentence_bad": "She saw himself.", "UID": "b_case", "pairID": "0"}"""),
            ("data/a_case.jsonl", """{"sentence_good": "Dogs bark.", "sentence_bad": "Dogs barks.", "UID": "a_case", "pairID": "0"}"""),
            ("data/.DS_Store", "\0\0\0\u0001Bud1"),
            ("__MACOSX/data/._a_case.jsonl", "\0\u0005\u0016\a")),
        Item("a_case", 0, new("", "Dogs bark."), new("", "Dogs barks.")),
        Item("b_case", 0, new("", "She saw herself."), new("", "She saw himself.")));

    [Fact]
    public void The_Children_s_Book_Test_fills_its_blank_with_each_candidate()
    {
        var story = string.Concat(Enumerable.Range(1, 20).Select(line => $"{line} Line {line} .\n"));
        Check(
            KnownTasks.Cbt,
            new DataFolder().WithTarGz(
                "cbt/CBTest.tgz",
                ("CBTest/data/cbtest_NE_train.txt", "not read"),
                ("CBTest/data/cbtest_NE_test_2500ex.txt",
                    story + "21 `` I saw XXXXX , '' he said .\tAnn\t\tBob|Cy|Di|Ed|Flo|Gil|Hal|Ira|Jo|Ann\n\n")),
            Item("NE", 9, [.. "Bob Cy Di Ed Flo Gil Hal Ira Jo Ann".Split(' ').Select(name => new TextPair(
                "", string.Join(' ', Enumerable.Range(1, 20).Select(line => $"Line {line} .")) + $" `` I saw {name} , '' he said ."))]));
    }

    [Fact]
    public void HellaSwag_joins_activity_and_context_and_drops_brackets() => Check(
        KnownTasks.HellaSwag,
        new DataFolder().With("hellaswag/hellaswag_val.jsonl", """
            {"ind": 24, "activity_label": "Home", "ctx_a": "[header] How to sweep [title] Find a broom.", "ctx_b": "then", "ctx": "unused", "endings": ["sweep.", "[step] sleep.", "eat.", "sing."], "label": "1", "split_type": "zeroshot"}
            """),
        Item("", 1, [.. new[] { " sweep.", " sleep.", " eat.", " sing." }
            .Select(end => new TextPair("Home: How to sweep. Find a broom. then", end))]));

    [Fact]
    public void Piqa_joins_its_labels_by_line() => Check(
        KnownTasks.Piqa,
        new DataFolder()
            .With("piqa/piqa_valid.jsonl", """{"goal": "Cool tea", "sol1": "blow", "sol2": "boil"}"""
                + "\n" + """{"goal": "Dry hair", "sol1": "soak", "sol2": "towel"}""")
            .With("piqa/piqa_valid-labels.lst", "0\n1\n"),
        Item("", 0, new("Question: Cool tea\nAnswer:", " blow"), new("Question: Cool tea\nAnswer:", " boil")),
        Item("", 1, new("Question: Dry hair\nAnswer:", " soak"), new("Question: Dry hair\nAnswer:", " towel")));

    [Fact]
    public void Arc_letters_or_numbers_its_options_and_may_have_three() => Check(
        KnownTasks.ArcChallenge,
        new DataFolder().WithZip(
            "arc/ARC-V1-Feb2018.zip",
            ("ARC-V1-Feb2018-2/ARC-Challenge/ARC-Challenge-Test.jsonl", """
                {"id":"A","question":{"stem":"Why?","choices":[{"text":"x","label":"A"},{"text":"y","label":"B"},{"text":"z","label":"C"}]},"answerKey":"C"}
                {"id":"B","question":{"stem":"How?","choices":[{"text":"p","label":"1"},{"text":"q","label":"2"},{"text":"r","label":"3"},{"text":"s","label":"4"}]},"answerKey":"2"}
                """),
            ("ARC-V1-Feb2018-2/ARC-Easy/ARC-Easy-Test.jsonl", "not read")),
        Item("", 2, [.. "xyz".Select(option => new TextPair("Question: Why?\nAnswer:", $" {option}"))]),
        Item("", 1, [.. "pqrs".Select(option => new TextPair("Question: How?\nAnswer:", $" {option}"))]));

    [Fact]
    public async Task Arc_reads_the_same_from_Parquet()
    {
        using var parquet = new MemoryStream();
        await ParquetSerializer.SerializeAsync(
            [new ArcRow { question = "Why?", choices = new() { text = ["x", "y", "z"], label = ["A", "B", "C"] }, answerKey = "C" }],
            parquet);

        Check(
            KnownTasks.ArcEasy,
            new DataFolder().With("arc/ARC-Easy-test.parquet", parquet.ToArray()),
            Item("", 2, [.. "xyz".Select(option => new TextPair("Question: Why?\nAnswer:", $" {option}"))]));
    }

    [Fact]
    public void Race_asks_every_question_of_an_article() => Check(
        KnownTasks.Race,
        new DataFolder().WithTarGz(
            "race/RACE.tar.gz",
            ("RACE/test/high/1.txt", """{"answers": ["B", "D"], "options": [["a", "b", "c", "d"], ["e", "f", "g", "h"]], "questions": ["One?", "Two?"], "article": "Text.", "id": "high1.txt"}"""),
            ("RACE/test/middle/2.txt", """{"answers": ["A"], "options": [["i", "j", "k", "l"]], "questions": ["Three _ ?"], "article": "More.", "id": "middle2.txt"}"""),
            ("RACE/dev/high/3.txt", "not read")),
        Item("high", 1, [.. "abcd".Select(option => new TextPair("Article: Text.\nQuestion: One?\nAnswer:", $" {option}"))]),
        Item("high", 3, [.. "efgh".Select(option => new TextPair("Article: Text.\nQuestion: Two?\nAnswer:", $" {option}"))]),
        Item("middle", 0, [.. "ijkl".Select(option => new TextPair("Article: More.\nQuestion: Three _ ?\nAnswer:", $" {option}"))]));

    [Fact]
    public void Siqa_takes_rows_and_labels_from_one_archive() => Check(
        KnownTasks.Siqa,
        new DataFolder().WithZip(
            "siqa/socialiqa-train-dev.zip",
            ("socialiqa-train-dev/dev.jsonl",
                """{"context": "Tracy left.", "question": "Why?", "answerA": "late", "answerB": "bored", "answerC": "ill"}"""),
            ("socialiqa-train-dev/dev-labels.lst", "2\n"),
            ("socialiqa-train-dev/train.jsonl", "not read")),
        Item("", 1, [.. new[] { "late", "bored", "ill" }
            .Select(option => new TextPair("Context: Tracy left.\nQuestion: Why?\nAnswer:", $" {option}"))]));

    [Fact]
    public void CommonsenseQA_reads_the_authors_own_form() => Check(
        KnownTasks.CommonsenseQa,
        new DataFolder().With("csqa/dev_rand_split.jsonl", """
            {"answerKey": "E", "id": "1", "question": {"question_concept": "sea", "choices": [{"label": "A", "text": "a"}, {"label": "B", "text": "b"}, {"label": "C", "text": "c"}, {"label": "D", "text": "d"}, {"label": "E", "text": "e"}], "stem": "Where?"}}
            """),
        Item("", 4, [.. "abcde".Select(option => new TextPair("Question: Where?\nAnswer:", $" {option}"))]));

    [Fact]
    public void WinoGrande_puts_each_name_in_and_scores_what_follows() => Check(
        KnownTasks.WinoGrande,
        new DataFolder().WithZip(
            "winogrande/winogrande_1.1.zip",
            ("winogrande_1.1/dev.jsonl", """{"qID": "1", "sentence": "Ann paid Eve because _ had sold a car.", "option1": "Ann", "option2": "Eve", "answer": "2"}"""),
            ("winogrande_1.1/README.md", "not read")),
        Item("", 1, new("Ann paid Eve because Ann", " had sold a car."), new("Ann paid Eve because Eve", " had sold a car.")));

    [Fact]
    public void OpenBookQA_continues_the_question_itself() => Check(
        KnownTasks.OpenBookQa,
        new DataFolder().WithZip(
            "openbookqa/OpenBookQA-V1-Sep2018.zip",
            ("OpenBookQA-V1-Sep2018/Data/Main/test.jsonl", """{"id": "7", "question": {"stem": "The sun is", "choices": [{"text": "hot", "label": "A"}, {"text": "wet", "label": "B"}, {"text": "near", "label": "C"}, {"text": "old", "label": "D"}]}, "answerKey": "A"}"""),
            ("OpenBookQA-V1-Sep2018/Data/Additional/test.jsonl", "not read")),
        Item("", 0, [.. new[] { " hot", " wet", " near", " old" }.Select(option => new TextPair("The sun is", option))]));

    [Theory]
    [InlineData("boolq/dev.jsonl", """{"question": "is it so", "title": "It", "answer": true, "passage": "It is so."}""")]
    [InlineData("boolq/BoolQ.zip", """{"question": "is it so", "passage": "It is so.", "idx": 0, "label": true}""")]
    public void BoolQ_answers_no_or_yes(string file, string line) => Check(
        KnownTasks.BoolQ,
        file.EndsWith(".zip", StringComparison.Ordinal)
            ? new DataFolder().WithZip(file, ("BoolQ/val.jsonl", line))
            : new DataFolder().With(file, line),
        Item("", 1, new("It is so.\nQuestion: is it so?\nAnswer:", " no"), new("It is so.\nQuestion: is it so?\nAnswer:", " yes")));

    [Fact]
    public void Copa_asks_for_cause_or_effect() => Check(
        KnownTasks.Copa,
        new DataFolder().WithZip("copa/COPA.zip", ("COPA/val.jsonl", """
            {"premise": "The cup broke.", "choice1": "It fell.", "choice2": "I drank.", "question": "cause", "idx": 0, "label": 0}
            {"premise": "It rained.", "choice1": "The sun set.", "choice2": "I got wet.", "question": "effect", "idx": 1, "label": 1}
            """)),
        Item("", 0, new("The cup broke, because", " it fell."), new("The cup broke, because", " i drank.")),
        Item("", 1, new("It rained, therefore", " the sun set."), new("It rained, therefore", " i got wet.")));

    [Fact]
    public void Mmlu_reads_quoted_CSV_by_subject_with_examples_of_the_same_subject()
    {
        using var folder = new DataFolder().With("mmlu/data.tar", DataFolder.Tar(
            ("data/test/high_school_physics_test.csv", "\"Which, of \"\"these\"\"\nfalls?\",a,b,c,d,C\n"),
            ("data/dev/high_school_physics_dev.csv", "One?,1,2,3,4,A\nTwo?,5,6,7,8,D\n"),
            ("data/dev/law_dev.csv", "Three?,1,2,3,4,B\n")));
        const string about = "The following are multiple choice questions (with answers) about high school physics.\n\n";
        const string question = "Which, of \"these\"\nfalls?\nA. a\nB. b\nC. c\nD. d\nAnswer:";

        var zero = Assert.Single(ItemReader.Read(Unpinned(KnownTasks.Mmlu), folder.Cache).Items);
        var two = Assert.Single(ItemReader.Read(Unpinned(KnownTasks.Mmlu), folder.Cache, new() { Shots = 2 }).Items);

        Assert.Equal(
            (about + question, " C", "high_school_physics"), (zero.Options[2].Context, zero.Options[zero.Gold].Continuation, zero.Group));
        Assert.Equal(
            about + "One?\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer: A\n\nTwo?\nA. 5\nB. 6\nC. 7\nD. 8\nAnswer: D\n\n" + question,
            two.Options[0].Context);
    }

    [Fact]
    public void WikiText_is_scored_by_article_and_measured_as_it_was()
    {
        using var folder = new DataFolder().With(
            "wikitext2/wiki.test.tokens", " \n = One = \n \n It is 3 @.@ 5 . \n \n = = Part = = \n \n More . \n \n = Two = \n \n End . \n");

        var items = ItemReader.Read(Unpinned(KnownTasks.WikiTextUnk), folder.Cache).Items;

        Assert.Equal(["It is 3.5.", "End."], items.Select(
            item => item.Options[0].Continuation.Trim().Split('\n', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.Equal([18, 7], items.Select(item => item.Words));
        Assert.Equal([" = One = \n \n It is 3 @.@ 5 . \n \n = = Part = = \n \n More . \n ".Length, " = Two = \n \n End . \n".Length],
            items.Select(item => item.Bytes[0]));
    }

    [Fact]
    public void Any_text_is_a_task()
    {
        using var folder = new DataFolder().With("stories.txt.gz", DataFolder.Gzip("One day.\nÉnd.\n<|end|>\nTwo.\n"u8.ToArray()));

        var items = ItemReader.Read(KnownTasks.AnyText("stories", "stories.txt.gz", "<|end|>"), folder.Cache).Items;

        Assert.Equal(["One day.\nÉnd.\n", "Two.\n"], items.Select(item => item.Options[0].Continuation));
        Assert.Equal([(15, 4), (5, 2)], items.Select(item => (item.Bytes[0], item.Words)));
    }

    private static (string Group, int Gold, TextPair[] Options) Item(string group, int gold, params TextPair[] options) =>
        (group, gold, options);

    private static void Check(EvaluationTask task, DataFolder folder, params (string Group, int Gold, TextPair[] Options)[] expected)
    {
        using (folder)
        {
            var data = ItemReader.Read(Unpinned(task), folder.Cache);

            Assert.Equal(expected.Length, data.Items.Count);
            foreach (var (item, (group, gold, options)) in data.Items.Zip(expected))
            {
                Assert.Equal((group, gold), (item.Group, item.Gold));
                Assert.Equal(options, item.Options);
            }
        }
    }

    /// <summary>The task without its hashes: samples are not the real files.</summary>
    private static EvaluationTask Unpinned(EvaluationTask task) => task with
    {
        Sources =
        [
            .. task.Sources.Select(source => source with
            {
                Files = [.. source.Files.Select(Unpinned)],
                Development = [.. source.Development.Select(Unpinned)],
                Labels = source.Labels is null ? null : Unpinned(source.Labels),
            }),
        ],
    };

    private static SourceFile Unpinned(SourceFile file) => file with { Sha256 = null };

#pragma warning disable CA1812, IDE1006 // made by the serialiser; the names are the columns'
    private sealed class ArcRow
    {
        public string? question { get; set; }

        public ArcChoices? choices { get; set; }

        public string? answerKey { get; set; }
    }

    private sealed class ArcChoices
    {
        public List<string>? text { get; set; }

        public List<string>? label { get; set; }
    }
#pragma warning restore CA1812, IDE1006
}
