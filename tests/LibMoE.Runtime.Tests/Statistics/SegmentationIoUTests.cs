namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>Intersection over union of segmentations by hand.</summary>
public sealed class SegmentationIoUTests
{
    [Fact]
    public void It_is_right_over_there_or_said_by_class_and_their_mean()
    {
        // Class 0: 2 right of 3 there and 2 said, 2/3; class 1: 1 right of 1 there and 2 said, 1/2.
        var measured = SegmentationIoU.Of([PixelCounts.Of([0, 0, 0, 1], [0, 0, 1, 1], 2)]);

        Assert.Equal([2 / 3.0, 1 / 2.0], measured.Classes);
        Assert.Equal(7 / 12.0, measured.Value, 12);
    }

    [Fact]
    public void Pixels_are_summed_over_images_before_they_are_divided()
    {
        // 3/3 of one image and 0/1 of another is 3/4, where their mean is 1/2.
        var measured = SegmentationIoU.Of([PixelCounts.Of([0, 0, 0], [0, 0, 0], 2), PixelCounts.Of([0], [1], 2)]);

        Assert.Equal([3 / 4.0, 0], measured.Classes);
    }

    [Fact]
    public void A_class_that_is_nowhere_and_was_never_said_is_left_out()
    {
        var measured = SegmentationIoU.Of([PixelCounts.Of([0, 2], [0, 0], 4)]);

        Assert.Equal([1 / 2.0, double.NaN, 0, double.NaN], measured.Classes);
        Assert.Equal(1 / 4.0, measured.Value);
        Assert.Equal(double.NaN, SegmentationIoU.Of([]).Value);
    }

    [Fact]
    public void The_error_is_that_of_a_mean_where_every_image_is_right_or_wrong()
    {
        // Of one class whose union is the same in all images the figure is a mean over images.
        PixelCounts[] images = [.. Enumerable.Range(0, 200)
            .Select(image => image % 4 == 0 ? new PixelCounts([4], [0], [0]) : new PixelCounts([4], [4], [4]))];
        var measured = SegmentationIoU.Of(images);

        Assert.Equal(0.75, measured.Value, 12);
        Assert.Equal(Math.Sqrt(0.75 * 0.25 / 200), measured.StdErr, 0.003);
    }

    [Fact]
    public void What_is_no_class_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PixelCounts.Of([0, 2], [0, 0], 2));
        Assert.Throws<ArgumentException>(() => PixelCounts.Of([0], [-1], 2));
        Assert.Throws<ArgumentException>(() => PixelCounts.Of([0, 1], [0], 2));
        Assert.Throws<ArgumentException>(() => SegmentationIoU.Of([PixelCounts.Of([0], [0], 2), PixelCounts.Of([0], [0], 3)]));
    }
}
