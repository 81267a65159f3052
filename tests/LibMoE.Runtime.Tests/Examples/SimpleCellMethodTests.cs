using Detection;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>What examples/Domains/Detection compares nets with.</summary>
public sealed class SimpleCellMethodTests
{
    [Fact]
    public void A_blob_is_what_touches_by_a_side()
    {
        var mask = new bool[Smear.Width * Smear.Height];
        foreach (var (x, y) in new[] { (0, 0), (1, 0), (1, 1), (2, 2), (159, 119), (159, 118), (0, 1) })
        {
            mask[y * Smear.Width + x] = true;
        }

        Assert.Equal(
            [new Blob(new Box(0, 0, 2, 2), 4), new Blob(new Box(2, 2, 3, 3), 1), new Blob(new Box(159, 118, 160, 120), 2)], Blob.Of(mask));
    }

    [Fact]
    public void Purple_blobs_are_found_by_their_size()
    {
        Smear[] smears = [.. Enumerable.Range(0, 4).Select(number => Painted(
            number, [new(Smear.White, new Box(20 + number, 30, 60, 70)), new(Smear.Platelet, new Box(100, 50, 108, 56 + number))]))];
        var blobs = StainedBlobs.Fit(smears);

        Assert.All(smears, smear =>
        {
            Assert.Equal(smear.Of(Smear.White), blobs.White(smear).Select(found => found.Box));
            Assert.Equal(smear.Of(Smear.Platelet), blobs.Platelets(smear).Select(found => found.Box));
        });
    }

    [Fact]
    public void A_count_that_is_a_straight_line_of_the_area_is_found()
    {
        Smear[] smears = [.. Enumerable.Range(1, 6).Select(number => Painted(
            number, [.. Enumerable.Range(0, number).Select(cell => new Cell(Smear.Red, new Box(20 * cell, 10, 20 * cell + 10, 20)))]))];
        var line = AreaCount.Fit(smears);

        Assert.All(smears, smear => Assert.Equal(smear.Of(Smear.Red).Count, line.Count(smear), 9));
    }

    /// <summary>White, with red cells pink and the others purple.</summary>
    private static Smear Painted(int name, Cell[] cells)
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)250, 3 * Smear.Width * Smear.Height)];
        foreach (var (kind, box) in cells)
        {
            for (var y = (int)box.Top; y < box.Bottom; y++)
            {
                for (var x = (int)box.Left; x < box.Right; x++)
                {
                    byte[] colour = kind == Smear.Red ? [230, 150, 160] : [120, 40, 180];
                    colour.CopyTo(pixels, 3 * (y * Smear.Width + x));
                }
            }
        }

        return new Smear($"{name}", pixels, cells);
    }
}
