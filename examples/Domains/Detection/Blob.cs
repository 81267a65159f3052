using LibMoE.Runtime;

namespace Detection;

/// <summary>Pixels that touch each other by a side.</summary>
/// <param name="Box">Around them.</param>
/// <param name="Pixels">How many.</param>
internal sealed record Blob(Box Box, int Pixels)
{
    /// <summary>The blobs of a mask.</summary>
    /// <param name="mask">Whether each pixel is of one, row by row; cleared here.</param>
    public static List<Blob> Of(bool[] mask)
    {
        var (blobs, open) = (new List<Blob>(), new Stack<int>());
        for (var start = 0; start < mask.Length; start++)
        {
            var (left, top, right, bottom, pixels) = (Smear.Width, Smear.Height, 0, 0, 0);
            for (Take(start); open.TryPop(out var pixel); pixels++)
            {
                var (row, column) = (pixel / Smear.Width, pixel % Smear.Width);
                (left, right) = (Math.Min(left, column), Math.Max(right, column + 1));
                (top, bottom) = (Math.Min(top, row), Math.Max(bottom, row + 1));
                Take(column > 0 ? pixel - 1 : pixel);
                Take(column < Smear.Width - 1 ? pixel + 1 : pixel);
                Take(row > 0 ? pixel - Smear.Width : pixel);
                Take(row < Smear.Height - 1 ? pixel + Smear.Width : pixel);
            }

            if (pixels > 0)
            {
                blobs.Add(new Blob(new Box(left, top, right, bottom), pixels));
            }
        }

        return blobs;

        void Take(int pixel)
        {
            if (mask[pixel])
            {
                mask[pixel] = false;
                open.Push(pixel);
            }
        }
    }
}
