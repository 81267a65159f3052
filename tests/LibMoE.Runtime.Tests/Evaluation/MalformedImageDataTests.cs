using ICSharpCode.SharpZipLib.Checksum;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>Damaged and incomplete data of tasks with images: the message names file, line or row, and field.</summary>
public sealed class MalformedImageDataTests
{
    [Theory]
    [InlineData("""{"image": "red.png", "text": "Is it?", "label": "maybe"}""", "pope/coco_pope_random.json, line 1",
        "the right answer is 'maybe'; it must be yes or no")]
    [InlineData("""{"image": "gone.png", "text": "Is it?", "label": "yes"}""", "line 1",
        "the image 'gone.png' of {image} is not in pope/val2014.zip")]
    [InlineData("""{"image": "cut.png", "text": "Is it?", "label": "yes"}""", "line 1",
        "the image 'cut.png' of {image} is no image of a known format")]
    [InlineData("""{"image": "empty.png", "text": "Is it?", "label": "yes"}""", "line 1", "the image 'empty.png' of {image} is empty")]
    [InlineData("""{"image": "huge.png", "text": "Is it?", "label": "yes"}""", "line 1",
        "is 30000 × 30000 pixels; sides of 1 to 16384 are taken")]
    [InlineData("""{"text": "Is it?", "label": "yes"}""", "line 1", "the field 'image' is missing; the row has text, label")]
    [InlineData("""{"image": "red.png", "label": "yes"}""", "line 1", "the field 'text' is missing")]
    [InlineData("""{"image": {"path": null}, "text": "Is it?", "label": "yes"}""", "line 1",
        "the image {image} is neither a text nor an object with 'bytes' or 'path'")]
    [InlineData("""{"image": "../red.png", "text": "Is it?", "label": "yes"}""", "line 1", "is not in pope/val2014.zip")]
    public void A_question_of_Pope(string line, string place, string problem)
    {
        using var folder = Pope(line);

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(KnownTasks.Pope, folder.Cache));

        Assert.Contains(place, fault.Message, StringComparison.Ordinal);
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_malformed_is_refused_and_counted_where_that_is_asked_for()
    {
        using var folder = Pope("""{"image": "cut.png", "text": "Is it?", "label": "yes"}"""
            + "\n" + """{"image": "red.png", "text": "Is it?", "label": "yes"}""");

        var data = ItemReader.Read(KnownTasks.Pope, folder.Cache, new() { RefuseMalformed = true });

        Assert.Equal((2, 1, "pope/coco_pope_random.json:1"), (data.Found, data.Items.Count, Assert.Single(data.Refused).Place));
    }

    [Theory]
    [InlineData("0\tIs it?\tYes\tcount\tcount/0.png\tnot base64!", "mme/MME.tsv, line 2", "the image {image} is no base64: 'not base64!'")]
    [InlineData("0\tIs it?\tYes\tcount\tcount/0.png\taGVsbG8gd29ybGQ=", "line 2", "the image {image} is no image of a known format")]
    [InlineData("0\tIs it?\tYes\tcount\tcount/0.png", "line 2", "the row has 5 fields where the first has 6")]
    [InlineData("0\tIs it?\tPerhaps\tcount\tcount/0.png\tPNG", "line 2", "the right answer is 'perhaps'; it must be yes or no")]
    public void A_row_of_a_table_with_base64(string row, string place, string problem)
    {
        using var folder = new DataFolder()
            .With("mme/MME.tsv", "index\tquestion\tanswer\tcategory\timage_path\timage\n" + row
            .Replace("PNG", SampleImages.Base64(1), StringComparison.Ordinal) + "\n");

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(KnownTasks.Mme, folder.Cache));

        Assert.Contains(place, fault.Message, StringComparison.Ordinal);
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "the file has no list and no object 'data' that holds the rows")]
    [InlineData("""{"data": 3}""", "the file has no list and no object 'data' that holds the rows")]
    [InlineData("""{"data": [3]}""", "element 0 of the file is no JSON object")]
    [InlineData("""{"data": [{"question": "?", "image_id": "a", "answers": ["x", "y"]}]}""",
        "the item has 2 answers; 10 people answered each question")]
    public void A_file_of_TextVqa(string text, string problem)
    {
        using var folder = new DataFolder().With("textvqa/TextVQA_0.5.1_val.json", text)
            .With("textvqa/train_val_images.zip", SampleImages.Zip(("train_images/a.jpg", SampleImages.Jpeg(1))));

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(KnownTasks.TextVqa, folder.Cache));

        Assert.StartsWith("textvqa/TextVQA_0.5.1_val.json", fault.Message, StringComparison.Ordinal);
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"1": {"question": "?", "choices": ["x"], "answer": 0, "image": "image.png", "split": "test"}}""",
        "the item has 1 options; a choice has 2 to 26")]
    [InlineData("""{"1": {"question": "?", "choices": ["x", "y"], "answer": 2, "image": "image.png", "split": "test"}}""",
        "the label '2' is out of range; allowed are 0 to 1")]
    [InlineData("""{"1": 3}""", "'1' of the file is no JSON object")]
    [InlineData("""{"1": {"question": "?", "choices": ["x", null], "answer": 0, "image": "image.png", "split": "test"}}""",
        "element 1 of the field 'choices' is null")]
    public void A_problem_of_ScienceQA(string text, string problem)
    {
        using var folder = new DataFolder().With("scienceqa/problems.json", text).With("scienceqa/test/1/image.png", SampleImages.Png(1));

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(KnownTasks.ScienceQaImages, folder.Cache));

        Assert.StartsWith("scienceqa/problems.json", fault.Message, StringComparison.Ordinal);
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_archive_of_images_is_named()
    {
        using var folder = Pope("""{"image": "red.png", "text": "Is it?", "label": "yes"}""").With("pope/val2014.zip", "PK not an archive");

        var fault = Assert.Throws<EvaluationDataException>(() => ItemReader.Read(KnownTasks.Pope, folder.Cache));

        Assert.StartsWith("pope/val2014.zip", fault.Message, StringComparison.Ordinal);
        Assert.Contains("the archive of images cannot be read", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_data_says_how_it_is_had()
    {
        using var folder = new DataFolder();

        var fault = Assert.Throws<MissingDataException>(() => ItemReader.Read(KnownTasks.Mme, folder.Cache));

        Assert.Contains("mme/MME.tsv", fault.Message, StringComparison.Ordinal);
        Assert.Contains(KnownTasks.Mme.Access!, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"rule\": \"pope\"", "\"rule\": \"mmmu\"", "the metric 'f1' is not one of this rule's, which are acc, acc_guess")]
    [InlineData("\"form\": \"generate\"", "\"form\": \"text\"", "only generated answers have a 'rule'")]
    [InlineData("\"images\": [\"{i}\"]", "\"images\": []", "'images' names none")]
    [InlineData("\"only\": {\"{q}\": \".\"}", "\"only\": {\"{q}\": \"(\"}", "a text of 'only' is no regular expression")]
    [InlineData("\"format\": \"jsonLines\"", "\"format\": \"jsonLines\", \"rows\": \"data\"", "only a JSON file has 'rows'")]
    [InlineData("\"format\": \"jsonLines\"", "\"format\": \"jsonLines\", \"rotate\": true", "only choices can be rotated")]
    public void A_wrong_task_of_a_user_is_refused_by_name(string from, string to, string problem)
    {
        const string right = """{"name": "mine", "version": 1, "title": "", "form": "generate", "rule": "pope", "images": ["{i}"], "sources": [{"files": [{"path": "mine.jsonl"}], "format": "jsonLines", "only": {"{q}": "."}}], "prompt": "{q}", "target": "{a}", "metric": "f1", "citation": "", "licence": ""}""";
        using var folder = new DataFolder().With("right.json", right).With("wrong.json", right.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal(AnswerRule.Pope, TaskFile.Read(Path.Combine(folder.Path, "right.json")).Rule);
        var fault = Assert.Throws<EvaluationDataException>(() => TaskFile.Read(Path.Combine(folder.Path, "wrong.json")));

        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
    }

    private static DataFolder Pope(string lines) => new DataFolder()
        .With("pope/coco_pope_random.json", lines).With("pope/coco_pope_popular.json", "").With("pope/coco_pope_adversarial.json", "")
        .With("pope/val2014.zip", SampleImages.Zip(
            ("val2014/red.png", SampleImages.Png(255)), ("val2014/cut.png", [0x89, 0x50]), ("val2014/empty.png", []),
                ("val2014/huge.png", Huge())));

    /// <summary>A PNG's signature and header of 30,000 × 30,000 pixels, with nothing behind them.</summary>
    private static byte[] Huge()
    {
        byte[] header = [.. "IHDR"u8, 0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 2, 0, 0, 0];
        var check = new Crc32();
        check.Update(header);
        var sum = check.Value;
        return [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. header, (byte)(sum >> 24), (byte)(sum >> 16), (byte)(sum >> 8), (byte)sum, 0,
            0, 0, 0, .. "IDAT"u8, 0x35, 0xaf, 0x06, 0x1e];
    }
}
