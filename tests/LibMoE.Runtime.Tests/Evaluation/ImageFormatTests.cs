using System.Text.Json;
using Parquet.Serialization;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>Small samples of the benchmarks with images, in the formats that their authors distribute.</summary>
public sealed class ImageFormatTests
{
    private const string Short = "\nAnswer the question using a single word or phrase.";
    private const string Letter = "\nAnswer with the option's letter from the given choices directly.";
    private static readonly byte[] Red = SampleImages.Png(255);
    private static readonly byte[] Blue = SampleImages.Jpeg(9);

    [Fact]
    public void EasyVqa_is_lists_of_question_answer_and_image() => Check(
        KnownTasks.EasyVqa,
        new DataFolder()
            .With("easy_vqa/test_questions.json",
                """[["what is the red shape?", "triangle", 0], ["is there a circle?", "no", 1], ["what color is it?", "teal", 1]]""")
            .With("easy_vqa/test_images.zip", SampleImages.Zip(("0.png", Red), ("1.png", Blue))),
        new Expected("shape", "what is the red shape?" + Short, "triangle", Red) { Unit = "0" },
        new Expected("presence", "is there a circle?" + Short, "no", Blue) { Unit = "1" },
        new Expected("color", "what color is it?" + Short, "teal", Blue) { Unit = "1" });

    [Fact]
    public void Pope_is_three_files_of_JSON_lines_and_COCO_s_images() => Check(
        KnownTasks.Pope,
        new DataFolder()
            .With("pope/coco_pope_random.json",
                """{"question_id": 1, "image": "COCO_val2014_1.jpg", "text": "Is there a cat in the image?", "label": "yes"}""")
            .With("pope/coco_pope_popular.json",
                """{"question_id": 1, "image": "COCO_val2014_2.jpg", "text": "Is there a car in the image?", "label": "no"}""")
            .With("pope/coco_pope_adversarial.json",
                """{"question_id": 1, "image": "COCO_val2014_2.jpg", "text": "Is there a dog in the image?", "label": "no"}""")
            .With("pope/val2014/COCO_val2014_1.jpg", Red).With("pope/val2014/COCO_val2014_2.jpg", Blue),
        new Expected("random", "Is there a cat in the image?" + Short, "yes", Red) { Unit = "COCO_val2014_1.jpg" },
        new Expected("popular", "Is there a car in the image?" + Short, "no", Blue) { Unit = "COCO_val2014_2.jpg" },
        new Expected("adversarial", "Is there a dog in the image?" + Short, "no", Blue) { Unit = "COCO_val2014_2.jpg" });

    [Fact]
    public void Mme_is_a_text_file_an_image_in_two_layouts() => Check(
        KnownTasks.Mme,
        new DataFolder().With("mme/MME_Benchmark_release_version.zip", SampleImages.Zip(
            ("MME_Benchmark_release_version/artwork/images/10.jpg", Red),
            ("MME_Benchmark_release_version/artwork/questions_answers_YN/10.txt",
                "Is it \"old\"? Please answer yes or no.\tYes\nIs it new? Please answer yes or no.\tNo\n"u8.ToArray()),
            ("MME_Benchmark_release_version/count/7.png", Blue),
            ("MME_Benchmark_release_version/count/7.txt",
                "Is there one?  Please answer yes or no.\tYes\nAre there two? Please answer yes or no.\tNo"u8.ToArray()))),
        new Expected("artwork", "Is it \"old\"?" + Short, "yes", Red) { Unit = "10.txt" },
        new Expected("artwork", "Is it new?" + Short, "no", Red) { Unit = "10.txt" },
        new Expected("count", "Is there one?" + Short, "yes", Blue) { Unit = "7.txt" },
        new Expected("count", "Are there two?" + Short, "no", Blue) { Unit = "7.txt" });

    [Fact]
    public void MmBench_asks_every_rotation_of_the_first_rows()
    {
        var rows = $"0\t\"Which, \"\"this\"\"?\"\tLook.\tred\tblue\tgreen\t\tB\tcolor\t{SampleImages.Base64(255)}\n"
            + $"1000000\t\"Which, \"\"this\"\"?\"\tLook.\tblue\tgreen\tred\t\tA\tcolor\t0\n";
        Check(
            KnownTasks.MmBench,
            new DataFolder().With("mmbench/MMBench_DEV_EN.tsv", $"index\tquestion\thint\tA\tB\tC\tD\tanswer\tcategory\timage\n{rows}"),
            new Expected("color", $"Look.\nWhich, \"this\"?\nA. red\nB. blue\nC. green{Letter}", "B", Red)
            {
                Unit = "0",
                Choices = ["red", "blue", "green"],
                Rotation = "0"
            },
            new Expected("color", $"Look.\nWhich, \"this\"?\nA. blue\nB. green\nC. red{Letter}", "A", Red)
            {
                Unit = "0",
                Choices = ["blue", "green", "red"],
                Rotation = "1"
            },
            new Expected("color", $"Look.\nWhich, \"this\"?\nA. green\nB. red\nC. blue{Letter}", "C", Red)
            {
                Unit = "0",
                Choices = ["green", "red", "blue"],
                Rotation = "2"
            });
    }

    [Fact]
    public void Ai2d_takes_the_image_of_another_row() => Check(
        KnownTasks.Ai2d,
        new DataFolder().With("ai2d/AI2D_TEST.tsv", "index\tquestion\tA\tB\tC\tD\tanswer\timage\n"
            + $"3\tWhat?\tp\tq\tr\ts\tC\t{SampleImages.Base64(255)}\n4\tWho?\tt\tu\tv\tw\tA\t3\n"),
        new Expected("", $"What?\nA. p\nB. q\nC. r\nD. s{Letter}", "C", Red) { Choices = ["p", "q", "r", "s"] },
        new Expected("", $"Who?\nA. t\nB. u\nC. v\nD. w{Letter}", "A", Red) { Choices = ["t", "u", "v", "w"] });

    [Fact]
    public async Task Ai2d_and_MmStar_hold_bytes_in_Parquet()
    {
        Check(
            KnownTasks.Ai2d,
            new DataFolder()
                .With("ai2d/test.parquet",
                await Table(
                new Ai2dRow
                {
                    question = "What?",
                    options = ["p", "q", "r", "s"],
                    answer = "2",
                    image = new() { bytes = Red, path = "x.png" }
                })),
            new Expected("", $"What?\nA. p\nB. q\nC. r\nD. s{Letter}", "C", Red) { Choices = ["p", "q", "r", "s"] });
        Check(
            KnownTasks.MmStar,
            new DataFolder()
                .With("mmstar/mmstar.parquet",
                await Table(
                new MmStarRow { question = "Which?\nOptions: A: p, B: q, C: r, D: s", answer = "D", category = "math", image = Blue })),
            new Expected("math", $"Which?\nOptions: A: p, B: q, C: r, D: s{Letter}", "D", Blue));
    }

    [Fact]
    public void ScienceQA_is_an_object_by_problem_of_which_test_questions_with_an_image_count() => Check(
        KnownTasks.ScienceQaImages,
        new DataFolder()
            .With("scienceqa/problems.json", """
                {"4": {"question": "Which?", "choices": ["x", "y"], "answer": 1, "hint": "See.", "image": "image.png", "subject": "natural science", "split": "test"},
                 "5": {"question": "No image?", "choices": ["x", "y"], "answer": 0, "hint": "", "image": null, "subject": "natural science", "split": "test"},
                 "6": {"question": "Training?", "choices": ["x", "y"], "answer": 0, "hint": "", "image": "image.png", "subject": "natural science", "split": "train"},
                 "7": {"question": "Why?", "choices": ["x", "y", "z"], "answer": 0, "hint": "", "image": "image.png", "subject": "social science", "split": "test"}}
                """)
            .With("scienceqa/test.zip", SampleImages.Zip(("test/4/image.png", Red), ("test/7/image.png", Blue))),
        new Expected("natural science", $"Context: See.\nWhich?\nA. x\nB. y{Letter}", "B", Red) { Choices = ["x", "y"] },
        new Expected("social science", $"Why?\nA. x\nB. y\nC. z{Letter}", "A", Blue) { Choices = ["x", "y", "z"] });

    [Fact]
    public async Task Mmmu_has_options_in_Python_s_writing_and_several_images()
    {
        var art = new MmmuRow
        {
            question = "What is <image 1> beside <image 2>?",
            options = "['the \"sun\"', \"moon's\"]",
            answer = "B",
            question_type = "multiple-choice",
            image_1 = new() { bytes = Red },
            image_2 = new() { bytes = Blue }
        };
        var math =
            new MmmuRow
            {
                question = "How many in <image 1>?",
                options = "[]",
                answer = "['3', 'three']",
                question_type = "open",
                image_1 = new() { bytes = Blue }
            };
        var folder = new DataFolder();
        foreach (var file in KnownTasks.Mmmu.Sources[0].Files)
        {
            folder.With(file.Path, file.Path.Contains("/Art/", StringComparison.Ordinal) ? await Table(art)
                : file.Path.Contains("/Math/", StringComparison.Ordinal) ? await Table(math) : await Table<MmmuRow>());
        }

        Check(
            KnownTasks.Mmmu, folder,
            new Expected("Art", $"What is <image 1> beside <image 2>?\nA. the \"sun\"\nB. moon's{Letter}", "B", Red,
                Blue)
            { Choices = ["the \"sun\"", "moon's"] },
            new Expected("Math", $"How many in <image 1>?{Short}", "['3', 'three']", Blue));
    }

    [Fact]
    public void HallusionBench_counts_rows_with_a_figure() => Check(
        KnownTasks.HallusionBench,
        new DataFolder()
            .With("hallusion_bench/HallusionBench.json", """
                [{"category": "VD", "subcategory": "illusion", "visual_input": "1", "set_id": "0", "figure_id": "1", "question_id": "2", "question": "Same?", "gt_answer": "1", "filename": "./hallusion_bench/VD/illusion/0_1.png"},
                 {"category": "VS", "subcategory": "chart", "visual_input": "0", "set_id": "0", "figure_id": "0", "question_id": "0", "question": "Most?", "gt_answer": "0", "filename": null}]
                """)
            .With("hallusion_bench/hallusion_bench.zip", SampleImages.Zip(("hallusion_bench/VD/illusion/0_1.png", Red))),
        new Expected("VD", "Same?\nPlease answer yes or no.", "yes", Red) { Unit = "VD_illusion_0" });

    [Fact]
    public void Gqa_is_an_object_by_question() => Check(
        KnownTasks.Gqa,
        new DataFolder()
            .With("gqa/testdev_balanced_questions.json", """{"201": {"question": "Is it red?", "imageId": "n16", "answer": "yes", "types": {"structural": "verify", "semantic": "attr"}}}""")
            .With("gqa/images.zip", SampleImages.Zip(("images/n16.jpg", Red), ("images/n160.jpg", Blue))),
        new Expected("verify", "Is it red?" + Short, "yes", Red) { Unit = "n16" });

    [Theory]
    [InlineData("0.png", "a/0.png", true)]
    [InlineData("a/0.png", "0.png", true)]
    [InlineData("a/0.png", "b/0.png", false)]
    public void A_whole_path_goes_before_the_end_of_one_and_two_ends_are_none(string one, string other, bool found)
    {
        var source = KnownTasks.EasyVqa.Sources[0] with { Files = [new("q.json")], Images = new("i.zip") };
        var task = KnownTasks.EasyVqa with { Sources = [source] };
        using var folder = new DataFolder().With("q.json", """[["is it red?", "yes", 0]]""")
            .With("i.zip", SampleImages.Zip(
                (one, one.Length < other.Length ? Red : Blue), (other, one.Length < other.Length ? Blue : Red)));

        if (found)
        {
            Assert.Equal(Red, ItemReader.Read(task, folder.Cache).Items.Single().Images.Single().Bytes());
        }
        else
        {
            var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(task, folder.Cache));
            Assert.Contains("the image '0.png' of {2}.png stands for several entries of i.zip", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TextVqa_has_ten_answers()
    {
        string[] answers = ["stop", "stop", "Stop", "go", "a", "b", "c", "d", "e", "f"];
        using var folder = new DataFolder()
            .With("textvqa/TextVQA_0.5.1_val.json",
                JsonSerializer.Serialize(
                new
                {
                    dataset_type = "val",
                    data = new[] { new { question = "what does it say?", image_id = "ab12", question_id = 34602, answers } }
                }))
            .With("textvqa/train_val_images.zip", SampleImages.Zip(("train_images/ab12.jpg", Red)));

        var item = Assert.Single(ItemReader.Read(KnownTasks.TextVqa, folder.Cache).Items);

        Assert.Equal("what does it say?" + Short, item.Options[0].Context);
        Assert.Equal(Red, item.Images.Single().Bytes());
        Assert.Equal(answers, item.Key!.Accepted);
    }

    [Fact]
    public void MathVista_asks_for_the_form_of_its_answer()
    {
        using var folder = new DataFolder()
            .With("mathvista/testmini.json", """
                {"1": {"question": "How far?", "image": "images/1.jpg", "choices": null, "unit": "m", "precision": 1, "answer": "1.2", "question_type": "free_form", "answer_type": "float", "metadata": {"task": "word problem"}},
                 "2": {"question": "Which?", "image": "images/2.jpg", "choices": ["6cm", "7cm"], "unit": null, "precision": null, "answer": "6cm", "question_type": "multi_choice", "answer_type": "text", "metadata": {"task": "geometry"}}}
                """)
            .With("mathvista/images/1.jpg", Red).With("mathvista/images/2.jpg", Blue);

        var items = ItemReader.Read(KnownTasks.MathVista, folder.Cache).Items;

        Assert.Equal("Question: How far? (Unit: m)\nHint: Please answer the question requiring a floating-point number with one decimal "
            + "place and provide the "
            + "final value, e.g., 1.2, 1.3, 1.4, at the end.\nSolution:", items[0].Options[0].Context);
        Assert.Equal("Question: Which?\nChoices:\n(A) 6cm\n(B) 7cm\nHint: Please answer the question and provide the correct "
            + "option letter, e.g., A, B, C, D, "
            + "at the end.\nSolution:", items[1].Options[0].Context);
        Assert.Equal(["word problem", "geometry"], items.Select(item => item.Group));
        Assert.Equal("1", items[0].Key!.Details["precision"]);
        Assert.Equal(Blue, items[1].Images.Single().Bytes());
    }

    private static void Check(EvaluationTask task, DataFolder folder, params Expected[] expected)
    {
        using (folder)
        {
            var data =
                ItemReader.Read(task
                with
                {
                    Sources =
                [.. task.Sources.Select(source =>
                source with { Files = [.. source.Files.Select(file => file with { Sha256 = null })] })]
                }, folder.Cache);

            Assert.Equal(expected.Length, data.Items.Count);
            foreach (var (item, hoped) in data.Items.Zip(expected))
            {
                Assert.Equal((hoped.Group, hoped.Prompt, hoped.Target), (item.Group, item.Options[0].Context, item.Key!.Target));
                Assert.Equal(hoped.Images, item.Images.Select(image => image.Bytes()));
                Assert.Equal((hoped.Unit, hoped.Rotation), (item.Unit, item.Key.Details.GetValueOrDefault("rotation")));
                Assert.Equal(hoped.Choices, item.Key.Choices);
            }
        }
    }

    private static async Task<byte[]> Table<T>(params T[] rows)
        where T : class, new()
    {
        using var parquet = new MemoryStream();
        await ParquetSerializer.SerializeAsync(rows, parquet);
        return parquet.ToArray();
    }

    private sealed record Expected(string Group, string Prompt, string Target, params byte[][] Images)
    {
        public string Unit { get; init; } = "";

        public string? Rotation { get; init; }

        public string[] Choices { get; init; } = [];
    }

#pragma warning disable CA1812, IDE1006 // made by the serialiser; the names are the columns'
    private sealed class HeldImage
    {
        public byte[]? bytes { get; set; }

        public string? path { get; set; }
    }

    private sealed class Ai2dRow
    {
        public string? question { get; set; }

        public List<string>? options { get; set; }

        public string? answer { get; set; }

        public HeldImage? image { get; set; }
    }

    private sealed class MmStarRow
    {
        public string? question { get; set; }

        public string? answer { get; set; }

        public string? category { get; set; }

        public byte[]? image { get; set; }
    }

    private sealed class MmmuRow
    {
        public string? question { get; set; }

        public string? options { get; set; }

        public string? answer { get; set; }

        public string? question_type { get; set; }

        public HeldImage? image_1 { get; set; }

        public HeldImage? image_2 { get; set; }
    }
#pragma warning restore CA1812, IDE1006
}
