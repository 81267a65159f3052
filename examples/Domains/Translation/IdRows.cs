using static TorchSharp.torch;

namespace Translation;

/// <summary>Rows of ids of unequal lengths, filled up at their ends.</summary>
/// <param name="Ids_SL">The ids, [S, L].</param>
/// <param name="Mask_SL">False where a row is over, bool [S, L].</param>
internal sealed record IdRows(Tensor Ids_SL, Tensor Mask_SL)
{
    public static IdRows Of(IReadOnlyList<int[]> rows, int padding, Device device)
    {
        var longest = rows.Max(row => row.Length);
        var ids = new long[rows.Count * longest];
        Array.Fill(ids, padding);
        foreach (var (place, row) in rows.Index())
        {
            for (var at = 0; at < row.Length; at++)
            {
                ids[place * longest + at] = row[at];
            }
        }

        var ids_SL = tensor(ids, [rows.Count, longest], device: device);
        return new IdRows(ids_SL, ids_SL.ne(tensor((long)padding, device: device)));
    }
}
