using Detection;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>The centre points of examples/Domains/Detection: what is learned gives back the boxes that it was made of.</summary>
public sealed class CentrePointTests
{
    private const int Kinds = 3;

    private static readonly Cell[] Cells =
    [
        new(Smear.White, new Box(30.5, 10, 83, 55.25)), new(Smear.Red, new Box(0, 90, 20, 120)), new(Smear.Red, new Box(60, 40, 86, 64)),
        new(Smear.Platelet, new Box(150, 3, 160, 11)),
    ];

    [Fact]
    public void A_net_that_says_what_it_should_finds_every_box_and_no_other()
    {
        var targets = new CentreTargets(Cells);
        var found = CentrePeaks.Of(targets.Hits, targets.Places);

        Assert.Equal(4, targets.Boxes);
        for (var kind = 0; kind < Kinds; kind++)
        {
            var boxes = Cells.Where(cell => cell.Kind == kind).Select(cell => cell.Box).ToList();
            Assert.Equal(boxes.Count, found[kind].Count);
            Assert.All(boxes, box => Assert.Contains(found[kind], one => one.Box.IoU(box) > 0.9999));
        }
    }

    [Fact]
    public void A_peak_is_surer_than_its_neighbours_and_of_equals_the_first()
    {
        var scores = new float[Kinds * Grid.Cells];
        (scores[Grid.Columns + 1], scores[Grid.Columns + 2], scores[2 * Grid.Columns + 3]) = (0.5f, 0.5f, 0.4f);
        scores[10 * Grid.Columns + 20] = 0.3f;
        var found = CentrePeaks.Of(scores, new float[4 * Grid.Cells]);

        // Cell (1, 1) has its middle at 6 by 6 pixels; the box of 16 pixels is cut off at 0.
        Assert.Equal([new Box(0, 0, 14, 14), new Box(74, 34, 90, 50)], found[0].Select(one => one.Box));
        Assert.Empty(found[1]);
    }

    [Fact]
    public void Of_boxes_that_overlap_most_the_surest_is_kept()
    {
        var scores = new float[Kinds * Grid.Cells];
        (scores[10 * Grid.Columns + 10], scores[10 * Grid.Columns + 12]) = (0.5f, 0.6f);
        var places = new float[4 * Grid.Cells];
        Assert.Equal(2, CentrePeaks.Of(scores, places)[0].Count);

        places[10 * Grid.Columns + 10] = 1.5f;
        Assert.Equal([0.6f], CentrePeaks.Of(scores, places)[0].Select(one => (float)one.Score));
    }

    [Fact]
    public void A_mirrored_smear_has_its_cells_where_its_pixels_are()
    {
        var pixels = new byte[3 * Smear.Width * Smear.Height];
        pixels.AsSpan(3 * (5 * Smear.Width + 7), 3).Fill(255);
        var draw = new SmearDraw(
            new Smear("", pixels, [new Cell(Smear.Red, new Box(7, 5, 8, 6))]), Across: true, Down: true, [1, 1, 1]);
        var planes = new float[pixels.Length];
        draw.Write(planes);
        var box = Assert.Single(draw.Cells).Box;

        Assert.Equal(new Box(Smear.Width - 8, Smear.Height - 6, Smear.Width - 7, Smear.Height - 5), box);
        Assert.Equal(1f, planes[(int)box.Top * Smear.Width + (int)box.Left]);
        Assert.Equal(3, planes.Count(value => value > 0));
    }

    [Fact]
    public void The_loss_is_that_of_its_formula()
    {
        manual_seed(3);
        var targets = new CentreTargets(Cells);
        using var maps_NCHW = randn(1, Kinds + Grid.BoxNumbers, Grid.Rows, Grid.Columns, dtype: ScalarType.Float64);
        using var loss_N = CentreLoss.Of(maps_NCHW, [targets]);
        double[] maps = [.. maps_NCHW.data<double>()];
        var (sure, away, weight) = (0.0, 0.0, 0.0);
        for (var at = 0; at < Kinds * Grid.Cells; at++)
        {
            var p = 1 / (1 + Math.Exp(-maps[at]));
            sure -= targets.Hits[at] * Math.Pow(1 - p, 2) * Math.Log(p) + targets.Misses[at] * p * p * Math.Log(1 - p);
        }

        for (var cell = 0; cell < Grid.Cells; cell++)
        {
            weight += targets.Weights[cell];
            for (var number = 0; number < Grid.BoxNumbers; number++)
            {
                away += targets.Weights[cell]
                    * Math.Abs(maps[(Kinds + number) * Grid.Cells + cell] - targets.Places[number * Grid.Cells + cell]);
            }
        }

        Assert.Equal(sure / 4 + away / weight, loss_N.item<double>(), 5);
    }

    [Fact]
    public void Its_gradient_is_the_difference_quotient()
    {
        manual_seed(4);
        var targets = new CentreTargets(Cells);
        using var maps_NCHW = randn(1, Kinds + Grid.BoxNumbers, Grid.Rows, Grid.Columns, dtype: ScalarType.Float64);
        using var free_NCHW = maps_NCHW.clone().requires_grad_();
        using var loss = CentreLoss.Of(free_NCHW, [targets]).sum();
        loss.backward();
        using var way_NCHW = randn_like(maps_NCHW);
        const double Step = 1e-6;
        using var ahead = CentreLoss.Of(maps_NCHW.Plus(way_NCHW.Times(Step)), [targets]);
        using var behind = CentreLoss.Of(maps_NCHW.Plus(way_NCHW.Times(-Step)), [targets]);
        var slope = (ahead.item<double>() - behind.item<double>()) / (2 * Step);

        Assert.Equal(slope, (free_NCHW.grad! * way_NCHW).sum().item<double>(), 1e-5 * Math.Abs(slope));
    }

    [Fact]
    public void In_the_middle_of_a_box_a_miss_costs_nothing_and_far_away_it_costs_all()
    {
        var targets = new CentreTargets([new(Smear.Red, new Box(60, 40, 86, 64))]);
        var middle = 13 * Grid.Columns + 18;

        Assert.Equal((1f, 0f), (targets.Hits[middle], targets.Misses[middle]));
        Assert.InRange(targets.Misses[middle + 1], 0.1f, 0.9f);
        Assert.Equal(1f, targets.Misses[middle + 10]);
        Assert.Equal(1, targets.Hits.Sum());
    }
}
