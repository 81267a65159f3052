namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>Average precision by hand, by COCO's definition.</summary>
public sealed class AveragePrecisionTests
{
    private static readonly Box Cell = new(0, 0, 10, 10);
    private static readonly Box Elsewhere = new(100, 100, 110, 110);

    [Fact]
    public void It_is_one_where_every_box_is_found_and_nothing_else()
    {
        Assert.Equal(1, Of([Cell, Elsewhere], (Cell, 0.2), (Elsewhere, 0.1)), 12);
        Assert.Equal(0, Of([Cell], (Elsewhere, 1)));
        Assert.Equal(0, Of([Cell]));
        Assert.Equal(double.NaN, Of([], (Cell, 1)));
    }

    [Fact]
    public void Precision_is_the_best_at_that_recall_or_higher_at_101_recalls()
    {
        // Right, wrong, right, of three boxes: precision 1 to recall 1/3 (34 recalls), 2/3 to recall 2/3 (33 more), 0 beyond.
        var value = Of([Cell, Moved(20), Moved(40)], (Cell, 0.9), (Elsewhere, 0.8), (Moved(20), 0.7));

        Assert.Equal((34 + 33 * 2 / 3.0) / 101, value, 12);
    }

    [Fact]
    public void A_later_higher_precision_counts_for_all_recalls_below()
    {
        // Wrong, right, right: 1/2, then 2/3, which is the precision of every recall up to 1.
        Assert.Equal(2 / 3.0, Of([Cell, Moved(20)], (Elsewhere, 0.9), (Cell, 0.8), (Moved(20), 0.7)), 12);
    }

    [Fact]
    public void A_box_is_found_once_by_the_surest_detection()
    {
        // The second detection of the same box is wrong: precision 1 to recall 1/2 (51 recalls of 101).
        Assert.Equal(51 / 101.0, Of([Cell, Elsewhere], (Cell, 0.9), (Cell, 0.8)), 12);
    }

    [Fact]
    public void A_detection_takes_the_box_that_it_overlaps_most_of_those_left()
    {
        // Both overlap the same box most. The second takes the other one, where PASCAL VOC would call it wrong.
        Assert.Equal(1, Of([Moved(3), Cell], (Moved(1), 0.9), (Moved(1.2), 0.8)), 12);
    }

    [Fact]
    public void The_threshold_itself_is_enough()
    {
        var half = new Box(0, 0, 10, 5);

        Assert.Equal(0.5, half.IoU(Cell));
        Assert.Equal(1, Of([Cell], (half, 1)), 12);
        Assert.Equal(0, AveragePrecision.Of([new([Cell], [new(half, 1)])], overlap: 0.55).Value);
    }

    [Fact]
    public void Detections_of_all_images_are_ranked_together()
    {
        // By image: 1 and, after a wrong detection, 1/2. Together: right (0.9), wrong (0.8), right (0.7), which is 1 to recall 1/2 and 2/3
        // beyond.
        ImageBoxes[] images = [new([Cell], [new(Cell, 0.9)]), new([Cell], [new(Elsewhere, 0.8), new(Cell, 0.7)])];

        Assert.Equal((51 + 50 * 2 / 3.0) / 101, AveragePrecision.Of(images).Value, 12);
    }

    [Fact]
    public void Of_one_image_a_hundred_detections_count()
    {
        DetectedBox[] wrong = [.. Enumerable.Range(0, 100).Select(number => new DetectedBox(Elsewhere, 1000 - number))];

        Assert.Equal(1 / 100.0, AveragePrecision.Of([new([Cell], [.. wrong[..99], new(Cell, 0)])]).Value, 12);
        Assert.Equal(0, AveragePrecision.Of([new([Cell], [.. wrong, new(Cell, 0)])]).Value);
    }

    [Fact]
    public void The_mean_is_over_thresholds_and_the_classes_that_are_there()
    {
        // An overlap of 0.8 is enough for 7 of COCO's 10 thresholds.
        ImageBoxes[] most = [new([Cell], [new(new(0, 0, 10, 8), 1)])];
        ImageBoxes[] exact = [new([Cell], [new(Cell, 1)])];
        ImageBoxes[] absent = [new([], [new(Cell, 1)])];

        Assert.Equal(0.7, AveragePrecision.MeanOf([most], AveragePrecision.CocoOverlaps).Value, 12);
        Assert.Equal(0.85, AveragePrecision.MeanOf([most, exact, absent], AveragePrecision.CocoOverlaps).Value, 12);
    }

    [Fact]
    public void The_error_is_that_of_a_share_where_each_image_has_one_box_that_is_found_or_not()
    {
        // Without wrong detections the figure is (1 + ⌊100·share⌋)/101, whose error is √(p(1 − p)/n).
        ImageBoxes[] images =
            [.. Enumerable.Range(0, 200).Select(image => new ImageBoxes([Cell], image % 4 == 0 ? [] : [new(Cell, 1)]))];
        var measured = AveragePrecision.Of(images);

        Assert.Equal(76 / 101.0, measured.Value, 12);
        Assert.Equal(Math.Sqrt(0.75 * 0.25 / 200), measured.StdErr, 0.003);
    }

    [Fact]
    public void What_cannot_be_measured_is_refused()
    {
        var line = new Box(5, 5, 5, 9);

        Assert.Throws<ArgumentException>(() => Of([line]));
        Assert.Throws<ArgumentException>(() => Of([Cell], (Cell, double.NaN)));
        Assert.Throws<ArgumentException>(() => AveragePrecision.MeanOf([[new([Cell], [])], []], [0.5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => AveragePrecision.Of([new([Cell], [])], overlap: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => AveragePrecision.Of([new([Cell], [])], overlap: 1.01));
    }

    private static double Of(Box[] truth, params (Box Box, double Score)[] found) =>
        AveragePrecision.Of([new(truth, [.. found.Select(one => new DetectedBox(one.Box, one.Score))])]).Value;

    private static Box Moved(double by) => new(by, 0, 10 + by, 10);
}
