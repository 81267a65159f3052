using Detection;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>How examples/Domains/Detection reads, writes and scores COCO's JSON.</summary>
public sealed class CocoFileTests : IDisposable
{
    /// <summary>Two images as COCO's own files have them, with what is passed over here.</summary>
    private const string Truth = """
        {
          "info": { "year": 2026 }, "licenses": [],
          "images": [
            { "id": 7, "file_name": "a.jpg", "width": 640, "height": 480, "license": 1 }, { "id": 9, "file_name": "b.jpg" }
          ],
          "categories": [{ "id": 3, "name": "cell", "supercategory": "blood" }, { "id": 90, "name": "dust" }],
          "annotations": [
            { "id": 1, "image_id": 7, "category_id": 3, "bbox": [0, 0, 10, 10], "area": 100, "iscrowd": 0, "segmentation": [[]] },
            { "id": 2, "image_id": 9, "category_id": 3, "bbox": [50, 60, 10, 10], "area": 100, "iscrowd": 0 }
          ]
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-coco-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Average_precision_of_files_is_that_of_the_same_boxes_by_hand()
    {
        // Right (0.9), wrong (0.8), right (0.7; half of the box) of two boxes: precision 1 to recall 1/2, which are 51 of 101 recalls, and
        // 2/3 beyond. From an overlap of 0.55 on the last is wrong. Nothing is of the second kind, which then does not count.
        var scores = Score("""
            [
              { "image_id": 7, "category_id": 3, "bbox": [0, 0, 10, 10], "score": 0.9 },
              { "image_id": 9, "category_id": 3, "bbox": [200, 200, 10, 10], "score": 0.8 },
              { "image_id": 9, "category_id": 3, "bbox": [50, 60, 10, 5], "score": 0.7 },
              { "image_id": 9, "category_id": 90, "bbox": [0, 0, 5, 5], "score": 1 }
            ]
            """);

        var half = (51 + 50 * 2 / 3.0) / 101;
        Assert.Equal(["all", "cell", "dust"], scores.Select(score => score.Name));
        Assert.Equal([half, half, double.NaN], scores.Select(score => score.Half.Value), Near);
        Assert.Equal((half + 9 * 51 / 101.0) / 10, scores[0].All.Value, 12);
    }

    [Fact]
    public void Smears_are_written_in_pixels_as_they_were_taken_and_read_back_to_the_same_score()
    {
        var (cell, platelet) = (new Box(10, 20, 30, 45), new Box(1, 2, 3.5, 4.25));
        Smear[] smears =
        [
            new("a", [], [new Cell(Smear.White, cell), new Cell(Smear.Platelet, platelet)]) { Scale = 4 },
            new("b", [], [new Cell(Smear.Platelet, platelet)]) { Scale = 4 },
        ];
        FoundCells[] found =
        [
            new([[], [new DetectedBox(cell, 0.75)], null], 0),
            new([null, null, [new DetectedBox(cell, 0.5), new DetectedBox(platelet, 0.25)]], 0),
        ];

        SmearFiles.Write(_folder.FullName, "found", smears, found);

        var truth = CocoFile.Read<CocoAnnotations>(PathOf(SmearFiles.Annotations));
        var said = CocoFile.Read<List<CocoDetection>>(PathOf("found.json"));
        Assert.Equal([new CocoImage(1, "a.jpg", 640, 480), new CocoImage(2, "b.jpg", 640, 480)], truth.Images);
        Assert.Equal([40, 80, 80, 100], truth.Annotations[0].Corner);
        Assert.Equal((1L, 1L, 2L, 8000.0), (truth.Annotations[0].Id, truth.Annotations[0].ImageId, truth.Annotations[0].CategoryId,
            truth.Annotations[0].Area));
        Assert.Equal([(1L, 2L, 0.75), (2L, 3L, 0.5), (2L, 3L, 0.25)], said.Select(box => (box.ImageId, box.CategoryId, box.Score)));

        // All of the white cells; of two platelets one, after a wrong box: 1/2 to recall 1/2.
        var scores = CocoScore.Of(truth, said);
        Assert.Equal([(1 + 51 / 202.0) / 2, double.NaN, 1, 51 / 202.0], scores.Select(score => score.Half.Value), Near);
        Assert.Contains("\"bbox\":[40,80,80,100],\"area\":8000,\"iscrowd\":0", File.ReadAllText(PathOf(SmearFiles.Annotations)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{", "found.json is no file of COCO's: ")]
    [InlineData("""[{ "image_id": 7, "category_id": 3, "score": 1 }]""", "found.json is no file of COCO's: ")]
    [InlineData("""[{ "image_id": 8, "category_id": 3, "bbox": [0, 0, 1, 1], "score": 1 }]""", "detection 0 is of image 8 and category 3")]
    [InlineData("""[{ "image_id": 7, "category_id": 2, "bbox": [0, 0, 1, 1], "score": 1 }]""", "detection 0 is of image 7 and category 2")]
    [InlineData("""[{ "image_id": 7, "category_id": 3, "bbox": [0, 0, 1], "score": 1 }]""", "detection 0 has a bbox of 3 numbers; ")]
    public void A_file_that_cannot_be_scored_is_refused(string found, string message) => Assert.Contains(
        message, Assert.Throws<InvalidDataException>(() => Score(found)).Message, StringComparison.Ordinal);

    [Fact]
    public void Crowds_are_refused()
    {
        var truth = CocoFile.Read<CocoAnnotations>(Written("truth.json", Truth.Replace("\"iscrowd\": 0 }", "\"iscrowd\": 1 }",
            StringComparison.Ordinal)));

        Assert.StartsWith(
            "1 annotations are around crowds", Assert.Throws<InvalidDataException>(() => CocoScore.Of(truth, [])).Message,
            StringComparison.Ordinal);
    }

    private static bool Near(double one, double other) => double.IsNaN(one) ? double.IsNaN(other) : Math.Abs(one - other) < 1e-12;

    private IReadOnlyList<CocoScore> Score(string found) => CocoScore.Of(
        CocoFile.Read<CocoAnnotations>(Written("truth.json", Truth)), CocoFile.Read<List<CocoDetection>>(Written("found.json", found)));

    private string Written(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
