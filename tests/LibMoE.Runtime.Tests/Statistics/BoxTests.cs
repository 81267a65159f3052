namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>Boxes by hand.</summary>
public sealed class BoxTests
{
    [Theory]
    [InlineData(0, 0, 10, 10, 1)]
    [InlineData(5, 0, 15, 10, 50 / 150.0)]
    [InlineData(5, 5, 15, 15, 25 / 175.0)]
    [InlineData(2, 2, 4, 4, 4 / 100.0)]
    [InlineData(10, 0, 20, 10, 0)]
    [InlineData(30, 30, 40, 40, 0)]
    [InlineData(5, 5, 5, 5, 0)]
    [InlineData(8, 8, 2, 2, 0)]
    public void Overlap_is_intersection_over_union(double left, double top, double right, double bottom, double expected)
    {
        var (one, other) = (new Box(0, 0, 10, 10), new Box(left, top, right, bottom));

        Assert.Equal(expected, one.IoU(other), 12);
        Assert.Equal(expected, other.IoU(one), 12);
    }

    [Fact]
    public void Two_boxes_without_area_do_not_overlap_even_where_they_are_the_same() =>
        Assert.Equal(0, new Box(3, 3, 3, 3).IoU(new Box(3, 3, 3, 3)));

    [Theory]
    [InlineData(-5, -5, 5, 5, 25)]
    [InlineData(90, 40, 130, 60, 100)]
    [InlineData(-20, 10, -10, 20, 0)]
    [InlineData(10, 10, 20, 20, 100)]
    public void What_leaves_the_image_is_cut_off(double left, double top, double right, double bottom, double area) =>
        Assert.Equal(area, new Box(left, top, right, bottom).Within(100, 50).Area);
}
