using LibMoE.Runtime.Models.Vision;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Vision;

public sealed class LearnedPositionsTests
{
    [Theory]
    [InlineData(4, 4, 7, 9)]
    [InlineData(5, 5, 3, 10)]
    [InlineData(3, 3, 6, 2)]
    public void Positions_on_another_grid_are_Keys_cubic_with_a_of_minus_three_quarters(int grid, int other, int rows, int columns)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(grid, other);
        var random = new Random(3);
        var values = Enumerable.Range(0, grid * grid * 2).Select(_ => random.NextDouble()).ToArray();
        var position_ND = tensor(values, [grid * grid, 2]);

        var stretched = Pictures.Values(LearnedPositions.At(position_ND, grid, rows, columns));

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                for (var unit = 0; unit < 2; unit++)
                {
                    var expected = Cubic((y, x) => values[(y * grid + x) * 2 + unit], grid, (row + 0.5) * grid / rows - 0.5,
                        (column + 0.5) * grid / columns - 0.5);
                    Assert.Equal(expected, stretched[(row * columns + column) * 2 + unit], 1e-12);
                }
            }
        }
    }

    [Fact]
    public void A_constant_stays_constant_and_a_line_is_off_by_the_cubics_own_closed_form()
    {
        using var scope = NewDisposeScope();
        var line = Enumerable.Range(0, 64).SelectMany(at => new[] { 3.0, at % 8, at / 8 }).ToArray();

        var stretched = Pictures.Values(LearnedPositions.At(tensor(line, [64, 3]), 8, 16, 16));

        for (var at = 0; at < 256; at++)
        {
            Assert.Equal(3.0, stretched[3 * at], 1e-12);
            // Twice as many places: each stands a quarter before or behind one of the grid's.
            var (row, column) = (at / 16, at % 16);
            if (row is >= 3 and < 13 && column is >= 3 and < 13)
            {
                Assert.Equal(Line((column + 0.5) / 2 - 0.5), stretched[3 * at + 1], 1e-12);
                Assert.Equal(Line((row + 0.5) / 2 - 0.5), stretched[3 * at + 2], 1e-12);
            }
        }

        // Only a = −1/2 reproduces lines: the sum of the four weights times their places is x − (2a + 1)·t·(1 − t)·(1 − 2t),
        // t the part of x behind the point.
        static double Line(double x)
        {
            var t = x - Math.Floor(x);
            return x + 0.5 * t * (1 - t) * (1 - 2 * t);
        }
    }

    [Fact]
    public void The_class_tokens_position_is_left_as_it_is_and_the_same_grid_is_the_same_numbers()
    {
        using var scope = NewDisposeScope();
        var position_ND = rand([10, 4], ScalarType.Float64);

        Assert.Equal(Pictures.Values(position_ND), Pictures.Values(LearnedPositions.At(position_ND, 3, 3, 3)));
        Assert.Equal(Pictures.Values(position_ND[0]), Pictures.Values(LearnedPositions.At(position_ND, 3, 5, 4)[0]));
        Assert.Equal([21, 4], LearnedPositions.At(position_ND, 3, 5, 4).shape);
    }

    [Theory]
    [InlineData("clip")]
    [InlineData("siglip")]
    public void An_encoder_sees_an_image_of_another_size_at_stretched_positions(string family)
    {
        using var scope = NewDisposeScope();
        using var folder = new VisionFolder(family).Write();
        using var loaded = VisionLoader.Load(folder.Path, dtype: ScalarType.Float64);
        var picture = Pictures.Random(22, 13, 5);
        var positions_ND = LearnedPositions.At(loaded.Encoder.state_dict()["embedding.position.weight"], 3, 5, 3);

        var features = loaded.Encoder.forward(Pictures.Batch(ScalarType.Float64, picture)).Features;

        var states = folder.Plain().HiddenStates(picture, [.. Pictures.Values(positions_ND).Chunk(VisionFolder.Dim)]);
        Assert.Equal([1, 15, VisionFolder.Dim], features.shape);
        Assert.All(
            states[^2].Skip(family == "clip" ? 1 : 0).SelectMany(token => token).Zip(Pictures.Values(features)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    /// <summary>Borders repeated.</summary>
    private static double Cubic(Func<int, int, double> at, int size, double y, double x)
    {
        var (top, left) = ((int)Math.Floor(y), (int)Math.Floor(x));
        var sum = 0.0;
        for (var row = top - 1; row <= top + 2; row++)
        {
            for (var column = left - 1; column <= left + 2; column++)
            {
                sum += Weight(y - row) * Weight(x - column) * at(Math.Clamp(row, 0, size - 1), Math.Clamp(column, 0, size - 1));
            }
        }

        return sum;
    }

    private static double Weight(double distance)
    {
        const double a = -0.75;
        var d = Math.Abs(distance);
        return d <= 1 ? (a + 2) * Math.Pow(d, 3) - (a + 3) * d * d + 1
            : d < 2 ? a * Math.Pow(d, 3) - 5 * a * d * d + 8 * a * d - 4 * a
            : 0;
    }
}
