using System.Text;

namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>How many characters are to be put in, taken out or changed to make one text another (Levenshtein 1966).</summary>
internal static class EditDistance
{
    /// <summary>Over Unicode's code points.</summary>
    public static int Of(string one, string other)
    {
        Rune[] from = [.. one.EnumerateRunes()];
        Rune[] to = [.. other.EnumerateRunes()];
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (var i = 0; i < from.Length; i++)
        {
            var (corner, left) = (row[0], row[0] = i + 1);
            for (var j = 0; j < to.Length; j++)
            {
                var here = Math.Min(corner + (from[i] == to[j] ? 0 : 1), 1 + Math.Min(left, row[j + 1]));
                (corner, left, row[j + 1]) = (row[j + 1], here, here);
            }
        }

        return row[^1];
    }
}
