using LibMoE.Runtime;

namespace Detection;

/// <summary>Boxes from what a net says: a cell that is surer than its eight neighbours is the middle of a box.</summary>
internal static class CentrePeaks
{
    /// <summary>Less sure boxes are not kept.</summary>
    private const double LeastScore = 0.02;

    /// <summary>A box that overlaps a surer one of its kind more is the same cell.</summary>
    private const double SameCell = 0.6;

    /// <summary>The boxes of each kind, the surest first, cut to the image.</summary>
    /// <param name="scores">How sure each kind is in each cell, [kinds, rows, columns].</param>
    /// <param name="places">Where the box of each cell would be, [4, rows, columns].</param>
    public static IReadOnlyList<IReadOnlyList<DetectedBox>> Of(ReadOnlySpan<float> scores, ReadOnlySpan<float> places)
    {
        var kinds = new List<IReadOnlyList<DetectedBox>>();
        for (var kind = 0; kind < Smear.Kinds.Count; kind++)
        {
            kinds.Add(Distinct(Peaks(scores.Slice(kind * Grid.Cells, Grid.Cells), places)));
        }

        return kinds;
    }

    private static List<DetectedBox> Peaks(ReadOnlySpan<float> scores, ReadOnlySpan<float> places)
    {
        var peaks = new List<DetectedBox>();
        for (var cell = 0; cell < Grid.Cells; cell++)
        {
            if (scores[cell] >= LeastScore && IsPeak(scores, cell) && BoxAt(places, cell) is { Area: > 0 } box)
            {
                peaks.Add(new DetectedBox(box, scores[cell]));
            }
        }

        return peaks;
    }

    /// <summary>Of equally sure neighbours the first is the peak.</summary>
    private static bool IsPeak(ReadOnlySpan<float> scores, int cell)
    {
        var (row, column) = (cell / Grid.Columns, cell % Grid.Columns);
        for (var other = 0; other < 9; other++)
        {
            var (y, x) = (row + other / 3 - 1, column + other % 3 - 1);
            var neighbour = y * Grid.Columns + x;
            if (y >= 0 && y < Grid.Rows && x >= 0 && x < Grid.Columns
                && (scores[neighbour] > scores[cell] || scores[neighbour] == scores[cell] && neighbour < cell))
            {
                return false;
            }
        }

        return true;
    }

    private static Box BoxAt(ReadOnlySpan<float> places, int cell)
    {
        var x = (cell % Grid.Columns + 0.5 + places[cell]) * Grid.Stride;
        var y = (cell / Grid.Columns + 0.5 + places[Grid.Cells + cell]) * Grid.Stride;
        var (width, height) = (Side(places[2 * Grid.Cells + cell]), Side(places[3 * Grid.Cells + cell]));
        return new Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2).Within(Smear.Width, Smear.Height);

        static double Side(float logarithm) => Grid.Usual * Math.Exp(Math.Min(logarithm, 4));
    }

    private static List<DetectedBox> Distinct(IEnumerable<DetectedBox> boxes)
    {
        var kept = new List<DetectedBox>();
        foreach (var found in boxes.OrderByDescending(found => found.Score))
        {
            if (!kept.Exists(other => other.Box.IoU(found.Box) > SameCell))
            {
                kept.Add(found);
            }
        }

        return kept;
    }
}
